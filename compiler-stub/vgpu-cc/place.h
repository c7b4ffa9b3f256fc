/* SPDX-License-Identifier: MIT */
/* Variables that live outside of the code: __local ones, and those of program scope that
 * can be written. */
#ifndef VGPU_CC_PLACE_H
#define VGPU_CC_PLACE_H

#include "module.h"
#include "unit.h"

/* The section in which C kernels put what is __local. */
#define VGPU_CC_LOCAL_SECTION "vgpu.local"

/* Bytes of program-scope variables that a program may have, and bytes of constants. */
#define VGPU_CC_VARIABLES_LIMIT ((size_t)64 << 20)

/* vgpu_cc_place - every such variable becomes an offset from vgpu.local_memory() (in each
 * kernel that uses it; inlining comes before this) or vgpu.variables(). Sets the kernels'
 * local_bytes and the unit's variables. False after a line in the log. */
bool vgpu_cc_place(struct vgpu_cc_module *module, struct vgpu_unit *unit);

/* vgpu_cc_is_local_variable - a global variable that is __local in the source. */
bool vgpu_cc_is_local_variable(LLVMValueRef global);

/* vgpu_cc_kernel_find - the function of a kernel of a prepared module, or NULL. */
LLVMValueRef vgpu_cc_kernel_find(struct vgpu_cc_module *module, const char *name);

#endif
