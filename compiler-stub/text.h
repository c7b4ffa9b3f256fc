/* SPDX-License-Identifier: MIT */
/* A string that grows. */
#ifndef VGPU_TEXT_H
#define VGPU_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"

/* Starts as {0}. A failed allocation is remembered, so that only vgpu_text_take is
 * checked. */
struct vgpu_text {
    char *bytes; /* ends in NUL */
    size_t length;
    size_t capacity;
    bool failed;
};

void vgpu_text_append(struct vgpu_text *text, const char *bytes, size_t length);
void vgpu_text_add(struct vgpu_text *text, const char *string);

/* vgpu_text_take - the string ("" where nothing was appended), now the caller's to free;
 * NULL where memory ran out on the way. */
char *vgpu_text_take(struct vgpu_text *text);

#endif
