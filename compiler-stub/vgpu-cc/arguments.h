/* SPDX-License-Identifier: MIT */
/* The words of a command line, as they are put together. */
#ifndef VGPU_CC_ARGUMENTS_H
#define VGPU_CC_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* Starts as {0}. A failed allocation is remembered. */
struct vgpu_cc_arguments {
    char **items; /* ends in NULL */
    size_t count;
    size_t capacity;
    bool failed;
};

/* vgpu_cc_argument_add - one word. */
void vgpu_cc_argument_add(struct vgpu_cc_arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* vgpu_cc_arguments_add - words, up to NULL. */
void vgpu_cc_arguments_add(struct vgpu_cc_arguments *arguments,
                           const char *const words[]);
void vgpu_cc_arguments_fini(struct vgpu_cc_arguments *arguments);

#endif
