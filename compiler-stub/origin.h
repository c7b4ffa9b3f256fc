/* SPDX-License-Identifier: MIT */
/* Which program or library a piece of code lives in, and keeping it there. */
#ifndef VGPU_ORIGIN_H
#define VGPU_ORIGIN_H

#include <stdbool.h>

struct vgpu_origin {
    const void *module; /* tells libraries apart; NULL: code that no loader knows */
    char *path; /* what dlopen knows it by; NULL: the program itself, or unknown */
    char *text; /* "file.c:12 in libkernels.so" */
};

/* vgpu_origin_find - of `code`, written in `file` (or NULL) at `line`. False: no memory.
 * Asks the loader: call it with no lock held. */
bool vgpu_origin_find(const void *code, const char *file, unsigned line,
                      struct vgpu_origin *origin_out);

/* vgpu_origin_pin - the library stays loaded until the process ends. No lock held. */
void vgpu_origin_pin(const char *path);

void vgpu_origin_fini(struct vgpu_origin *origin);

#endif
