/* SPDX-License-Identifier: MIT */
/* __local variables, for debuggers. */
#ifndef VGPU_CC_LOCAL_NAME_H
#define VGPU_CC_LOCAL_NAME_H

#include "module.h"

/* vgpu_cc_local_name - where the kernel shall show its variables to a debugger, it shows
 * `global`, a __local one, under its name. Its address was computed at the kernel's
 * start, before `behind`. */
void vgpu_cc_local_name(struct vgpu_cc_module *module, LLVMValueRef kernel,
                        LLVMValueRef global, LLVMValueRef address, LLVMValueRef behind);

#endif
