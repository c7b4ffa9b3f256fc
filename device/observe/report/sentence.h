/* SPDX-License-Identifier: MIT */
/* Sentences: text written with fprintf into memory, and numbers as a person writes them.
 */
#ifndef VGPU_REPORT_SENTENCE_H
#define VGPU_REPORT_SENTENCE_H

#include <stddef.h>
#include <stdio.h>

struct vgpu_sentence {
    FILE *out;
    char *text;
    size_t size;
};

/* vgpu_sentence_begin - opens `out`. Returns 0 or a negative errno. */
int vgpu_sentence_begin(struct vgpu_sentence *sentence);

/* vgpu_sentence_end - closes `out`; the text, "" where memory was short, lives until
 * fini. */
const char *vgpu_sentence_end(struct vgpu_sentence *sentence);
void vgpu_sentence_fini(struct vgpu_sentence *sentence);

/* A number, a count of bytes, a time and a share as text, in a buffer of the caller's:
 * VGPU_NUMBER(12.5) is an expression. 4 rather than 4.00, 1.5 KiB, 2.3 ms, 12.5 %. */
struct vgpu_number {
    char text[32];
};
struct vgpu_number vgpu_number_of(double value);
struct vgpu_number vgpu_count_of(double value); /* 1 048 576 */
struct vgpu_number vgpu_bytes_of(double bytes);
struct vgpu_number vgpu_time_of(double microseconds);
struct vgpu_number vgpu_percent_of(double share);

#define VGPU_NUMBER(value)  (vgpu_number_of(value).text)
#define VGPU_COUNT(value)   (vgpu_count_of(value).text)
#define VGPU_BYTES(value)   (vgpu_bytes_of(value).text)
#define VGPU_TIME(value)    (vgpu_time_of(value).text)
#define VGPU_PERCENT(value) (vgpu_percent_of(value).text)

#endif
