/* SPDX-License-Identifier: MIT */
/* The kernels whose launches are counted. */
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl_platform.h>
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(counted_nothing)
{
}

VGPU_KERNEL(counted_other)
{
}
