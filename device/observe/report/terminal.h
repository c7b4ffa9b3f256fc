/* SPDX-License-Identifier: MIT */
/* Text on a terminal: styles, columns and lines; control characters of others shown as
 * '?'. */
#ifndef VGPU_REPORT_TERMINAL_H
#define VGPU_REPORT_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

struct vgpu_terminal {
    FILE *out;
    bool colour;
};

enum vgpu_style {
    VGPU_STYLE_PLAIN,
    VGPU_STYLE_BOLD,
    VGPU_STYLE_QUIET,
    VGPU_STYLE_WARNING
};

void vgpu_terminal_style(const struct vgpu_terminal *terminal, enum vgpu_style style);

/* vgpu_terminal_text - at most `width` characters; "..." stands for the rest. Returns how
 * many were printed. */
int vgpu_terminal_text(const struct vgpu_terminal *terminal, const char *text, int width);

/* vgpu_terminal_cell - the same, filled up with spaces to `width`. */
void vgpu_terminal_cell(const struct vgpu_terminal *terminal, const char *text,
                        int width);

/* vgpu_terminal_wrap - lines of less than 80 columns, broken at spaces, each behind
 * `indent` spaces; nothing where the text is empty. */
void vgpu_terminal_wrap(const struct vgpu_terminal *terminal, const char *text,
                        int indent);

#endif
