/* SPDX-License-Identifier: MIT */
/* What a kernel says of itself, checked and read. */
#ifndef VGPU_DESCRIPTION_H
#define VGPU_DESCRIPTION_H

#include <CL/cl_vgpu_abi.h>
#include "declaration.h"

/* vgpu_description_check - 0, or -EINVAL after a message: fields that make no sense. */
int vgpu_description_check(const struct vgpu_kernel_description *description);

/* vgpu_description_code - what it has in place of a function, or NULL. */
const struct vgpu_built_code *vgpu_description_code(
    const struct vgpu_kernel_description *description);

/* vgpu_description_item - what runs one work-item of it, or NULL. */
vgpu_item_fn *vgpu_description_item(const struct vgpu_kernel_description *description);

/* vgpu_description_read - its declaration, with every size known. `origin` is for
 * messages. 0, -ENOMEM, or -EINVAL after a message. */
int vgpu_description_read(const struct vgpu_kernel_description *description,
                          const char *origin, struct vgpu_declaration *declaration_out);

#endif
