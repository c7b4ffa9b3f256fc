/* SPDX-License-Identifier: MIT */
/* The kernel of the user's project, in C. */
#include <CL/cl_vgpu_kernel.h>

#include "factor.h"

VGPU_BARRIER_KERNEL(consumer_triple, (__global int *, values))
{
    VGPU_LOCAL int room[1024];

    room[get_local_id(0)] = times_factor(values[get_global_id(0)]);
    barrier(CLK_LOCAL_MEM_FENCE);
    values[get_global_id(0)] = room[get_local_id(0)];
}
