/* SPDX-License-Identifier: MIT */
/* A text that somebody wrote about devices: pieces of it, and how it is refused. */
#ifndef VGPU_TEXT_H
#define VGPU_TEXT_H

#include "message.h"

#include <stdbool.h>
#include <stddef.h>

struct vgpu_text {
    const char *source; /* what a message calls it: "VGPU_DEVICES", a file's name */
    const char *text;   /* ends with 0 */
    bool has_lines;     /* a message tells the line, and shows only that */
    const char *example;
    char *error;
    size_t error_size;
};

/* A piece of a text: [first, last). */
struct vgpu_span {
    size_t first, last;
};

#define VGPU_QUOTE_CHARS 40u

/* vgpu_text_refuse - writes the message: where it is, what is wrong at byte `at`, the
 * text around it, a caret, and the example where there is one. Columns are of characters,
 * and what is no UTF-8 is shown as ?. Returns -EINVAL. */
int vgpu_text_refuse(const struct vgpu_text *text, size_t at, const char *format, ...)
    VGPU_PRINTF(3, 4);

/* vgpu_text_quote - how a message quotes a piece: at most 35 bytes of it, whole
 * characters, control characters hidden. Returns `out`. */
const char *vgpu_text_quote(const struct vgpu_text *text, struct vgpu_span piece,
                            char out[VGPU_QUOTE_CHARS]);

/* vgpu_text_trim - the piece without the blanks around it. */
struct vgpu_span vgpu_text_trim(const struct vgpu_text *text, struct vgpu_span piece);

#endif
