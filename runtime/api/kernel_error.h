/* SPDX-License-Identifier: MIT */
/* Why a kernel could not be made, or an argument not be set, in words. */
#ifndef VGPU_API_KERNEL_ERROR_H
#define VGPU_API_KERNEL_ERROR_H

#include "object/kernel.h"

/* vgpu_kernel_explain_name - why the program gave no kernel of that name. Nothing where
 * the error speaks for itself. */
void vgpu_kernel_explain_name(cl_program program, const char *name, cl_int err);

/* vgpu_kernel_explain_arg - what is wrong with the arguments of clSetKernelArg. The same.
 */
void vgpu_kernel_explain_arg(cl_kernel kernel, cl_uint index, size_t size,
                             const void *value, cl_int err);

#endif
