/* SPDX-License-Identifier: MIT */
/* A kernel in C becomes a function like those that clang makes of OpenCL C. */
#ifndef VGPU_CC_C_KERNEL_H
#define VGPU_CC_C_KERNEL_H

#include "module.h"

/* vgpu_cc_c_kernel_make - `function`, which the header made of a kernel of that name,
 * becomes one with the kernel's parameters, calling convention and metadata. The module
 * still has its description. False after a line in the log. */
bool vgpu_cc_c_kernel_make(struct vgpu_cc_module *module, LLVMValueRef function,
                           const char *name);

#endif
