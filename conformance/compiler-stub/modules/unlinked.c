/* SPDX-License-Identifier: MIT */
/* A library of kernels that finds libvgpu only in the process that loads it. */
#include <CL/cl_vgpu_kernel.h>

VGPU_BARRIER_KERNEL(module_unlinked_negate, (__global float *, x))
{
    size_t i = get_global_id(0);
    barrier(CLK_GLOBAL_MEM_FENCE);
    x[i] = -x[i];
}
