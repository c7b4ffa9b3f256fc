/* SPDX-License-Identifier: MIT */
/* What an #include stands for: a header handed over, or a file. */
#ifndef VGPU_INCLUDE_H
#define VGPU_INCLUDE_H

#include "arena.h"
#include "declaration.h"
#include "text.h"

#define VGPU_INCLUDE_DEPTH      64
#define VGPU_INCLUDE_COUNT      ((size_t)1 << 16) /* #include lines obeyed in a source */
#define VGPU_INCLUDE_FILE_LIMIT ((size_t)16 << 20)
#define VGPU_INCLUDE_LIMIT      ((size_t)64 << 20) /* bytes of all that is included */

/* A text that can be included, as often as its source asks. */
struct vgpu_include {
    const char *name; /* as messages call it */
    char *text;       /* with lines spliced: tokens point into it */
    size_t length;
    bool is_once; /* it holds #pragma once and has been read */
    struct vgpu_include *next;
};

struct vgpu_includes {
    const struct vgpu_parse_options *options;
    struct vgpu_diagnosis *diagnosis;
    struct vgpu_arena arena;
    struct vgpu_names found;   /* struct vgpu_include, by what stands after #include */
    struct vgpu_names headers; /* the same, by name */
    struct vgpu_names files;   /* the same, by device and inode */
    struct vgpu_include *all;
    struct vgpu_include missing; /* what `found` holds of what is nowhere */
    struct vgpu_text notes;
    size_t num_notes;
    size_t count;
    size_t bytes;
};

void vgpu_includes_init(struct vgpu_includes *includes,
                        const struct vgpu_parse_options *options,
                        struct vgpu_diagnosis *diagnosis);
void vgpu_includes_fini(struct vgpu_includes *includes);

/* vgpu_include_find - what `spelling`, which is "name" or <name> with its quotes or
 * brackets, stands for; see struct vgpu_parse_options. NULL: nothing, which the notes
 * tell, or a fault, which the diagnosis tells: a file too big, or too much in all. */
struct vgpu_include *vgpu_include_find(struct vgpu_includes *includes,
                                       const char *spelling, size_t length,
                                       uint32_t line);

#endif
