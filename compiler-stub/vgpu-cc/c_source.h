/* SPDX-License-Identifier: MIT */
/* C files with kernels of <CL/cl_vgpu_kernel.h>: kernels here, the host's functions
 * there. */
#ifndef VGPU_CC_C_SOURCE_H
#define VGPU_CC_C_SOURCE_H

#include "module.h"

/* What the header names the function of a kernel's body, and what stands for its code. */
#define VGPU_CC_C_KERNEL_PREFIX "vgpu_cc_kernel_"
#define VGPU_CC_C_CODE_PREFIX   "vgpu_code_of_"

/* The names that variables with internal linkage get, so that both modules reach them. */
#define VGPU_CC_SHARED_PREFIX "vgpu.shared."

/* vgpu_cc_c_split - takes what clang made of a C file apart. The module keeps the
 * kernels, which get the metadata that clang leaves on kernels of OpenCL C, and what they
 * call; variables that can be written are declared only. *host_out gets everything else:
 * group kernels, descriptions, variables, the host's own functions. False after a line in
 * the log. */
bool vgpu_cc_c_split(struct vgpu_cc_module *module, LLVMModuleRef *host_out);

/* vgpu_cc_c_mark_local_atomics - marks the prepared kernels' atomics on __local memory as
 * module.h says, where it can be seen that they are. */
void vgpu_cc_c_mark_local_atomics(struct vgpu_cc_module *module);

#endif
