/* SPDX-License-Identifier: MIT */
/* The headers of a request, which clang shall find without their lying on any disk: it
 * reads them from memory, through an overlay of its file system. */
#ifndef VGPU_CC_OVERLAY_H
#define VGPU_CC_OVERLAY_H

#include "declaration.h"

#include <stdio.h>

#define VGPU_CC_OVERLAY_FOLDER "/.vgpu-headers"

struct vgpu_cc_overlay {
    int *files; /* in memory: the headers, then the list of them */
    size_t num_files;
};

/* vgpu_cc_overlay_init - 0, or a negative errno after a line in the log: -EINVAL for a
 * name that is absolute, holds ".." or cannot be written in the list. */
int vgpu_cc_overlay_init(struct vgpu_cc_overlay *overlay,
                         const struct vgpu_header *headers, size_t num_headers,
                         FILE *log);
/* The file that clang's -ivfsoverlay is told. */
int vgpu_cc_overlay_list(const struct vgpu_cc_overlay *overlay);
void vgpu_cc_overlay_fini(struct vgpu_cc_overlay *overlay);

#endif
