/* SPDX-License-Identifier: MIT */
/* A saxpy that subtracts, for the sample's check to find. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(saxpy, (__global float *, y), (__global const float *, x), (float, a))
{
    size_t i = get_global_id(0);

    y[i] = a * x[i] - y[i];
}
