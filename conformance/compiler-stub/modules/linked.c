/* SPDX-License-Identifier: MIT */
/* A library of two kernels, linked with libvgpu. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(module_linked_double, (__global float *, x))
{
    size_t i = get_global_id(0);
    x[i] = 2 * x[i];
}

VGPU_KERNEL(module_linked_half, (__global float *, x))
{
    size_t i = get_global_id(0);
    x[i] = x[i] / 2;
}
