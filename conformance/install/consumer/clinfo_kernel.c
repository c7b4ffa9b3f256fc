/* SPDX-License-Identifier: MIT */
/* The kernel that clinfo builds to ask for its preferred work-group size. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(sum, (__global float *, out), (__global const float *, in1),
            (__global const float *, in2))
{
    out[get_global_id(0)] = in1[get_global_id(0)] + in2[get_global_id(0)];
}
