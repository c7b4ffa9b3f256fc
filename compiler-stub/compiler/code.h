/* SPDX-License-Identifier: MIT */
/* Kernel code in this process. */
#ifndef VGPU_CODE_H
#define VGPU_CODE_H

#include "compiler/compiler.h"

/* vgpu_code_load - loads a shared object of code_abi.h: where it lies, so that debuggers
 * find it (path NULL: nowhere), or from a copy in memory, where the file is gone or in
 * use by code with other links; the copy stays open where there are lines to find. 0,
 * -ENOMEM, or -EINVAL: it cannot be loaded, or is not for that local size; *why_out says
 * why, and the caller frees. */
int vgpu_code_load(const char *path, const void *object, size_t size,
                   const size_t local_size[3], const struct vgpu_code_links *links,
                   struct vgpu_code *code_out, char **why_out);

#endif
