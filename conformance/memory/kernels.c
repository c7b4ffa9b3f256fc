/* SPDX-License-Identifier: MIT */
/* The registered kernels that the tests of memories launch. */
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl_platform.h>
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(mem_add, (__global int *, x), (int, a))
{
    x[get_global_id(0)] += a;
}

VGPU_KERNEL(mem_scale, (__global int *, y), (__global const int *, x), (int, a))
{
    y[get_global_id(0)] = a * x[get_global_id(0)];
}
