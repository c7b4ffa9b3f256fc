/* SPDX-License-Identifier: MIT */
/* Structs as parameters of kernels. */
#ifndef VGPU_CC_BYVAL_H
#define VGPU_CC_BYVAL_H

#include "module.h"

/* vgpu_cc_byval_copy - a kernel's parameter that is a struct is a pointer to the
 * argument, which all work-items share; a kernel that changes it, or passes its address
 * on, gets a copy for each work-item. Call after inlining. */
void vgpu_cc_byval_copy(struct vgpu_cc_module *module);

#endif
