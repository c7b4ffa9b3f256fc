/* SPDX-License-Identifier: MIT */
/* A source's kernels, matched to registered ones. */
#ifndef VGPU_OBJECT_PROGRAM_MATCH_H
#define VGPU_OBJECT_PROGRAM_MATCH_H

#include "object/build_options.h"
#include "object/kernel_list.h"

#include <stddef.h>

/* What was found out. Starts as {0}. */
struct vgpu_match {
    bool is_complete;                /* every kernel that the source declares is bound */
    size_t num_kernels;              /* that it declares; 0 where it cannot be read */
    struct vgpu_kernel_list kernels; /* bound; empty where not all are */
    char *log;                       /* lines: what is bound to what, or what is wrong */
    char *misfits; /* lines: kernels that are registered with another signature */
};

/* vgpu_match_source - reads the source's declarations and looks each up by name and
 * signature. 0 or -ENOMEM. */
int vgpu_match_source(const char *source, size_t length,
                      const struct vgpu_build_options *options,
                      const struct vgpu_header *headers, size_t num_headers,
                      struct vgpu_match *match_out);
void vgpu_match_fini(struct vgpu_match *match);

#endif
