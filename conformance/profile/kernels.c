/* SPDX-License-Identifier: MIT */
/* The registered kernels that the tests of limits launch. */
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl_platform.h>
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(profile_nothing)
{
}

VGPU_KERNEL(profile_local, (__local int *, part))
{
    part[0] = 1;
}

VGPU_KERNEL(profile_constant, (__global int *, out), (__constant int *, table))
{
    out[get_global_id(0)] = table[get_global_id(0)];
}
