/* SPDX-License-Identifier: MIT */
/* The kernel of the user's project. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(consumer_triple, (__global int *, values))
{
    values[get_global_id(0)] *= 3;
}
