/* SPDX-License-Identifier: MIT */
/* Functions that register an object's kernels when it is loaded: what the macros of
 * <CL/cl_vgpu_kernel.h> make for kernels in C. */
#ifndef VGPU_CC_REGISTERING_H
#define VGPU_CC_REGISTERING_H

#include "module.h"
#include "unit.h"

/* vgpu_cc_registering_add - descriptions of the unit's kernels, and constructor and
 * destructor; codes[i] is kernel i's struct vgpu_built_code, `file` where they were
 * written. False after a line in the log. */
bool vgpu_cc_registering_add(struct vgpu_cc_module *module, const struct vgpu_unit *unit,
                             const char *file, LLVMValueRef *codes);

#endif
