/* SPDX-License-Identifier: MIT */
/* The kernels of the tests of scaling, registered; results.c has them in OpenCL C, too.
 */
#include "sizes.h"

#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(scaling_mix, (__global uint *, y), (__global const uint *, x), (uint, factor))
{
    const uint i = (uint)get_global_id(0);

    y[i] = x[i] * factor + (i ^ (x[i] >> 7));
}

VGPU_BARRIER_KERNEL(scaling_turn, (__global uint *, x))
{
    VGPU_LOCAL uint part[GROUP];
    const uint l = (uint)get_local_id(0);

    part[l] = x[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    x[get_global_id(0)] = part[GROUP - 1 - l] + l;
}

VGPU_BARRIER_KERNEL(scaling_sum, (__global uint *, sums), (__global const uint *, x))
{
    VGPU_LOCAL uint part[GROUP];
    const uint l = (uint)get_local_id(0);

    part[l] = x[get_global_id(0)];
    for (uint half = GROUP / 2; half > 0; half /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (l < half)
            part[l] += part[l + half];
    }
    if (l == 0)
        sums[get_group_id(0)] = part[0];
}

VGPU_KERNEL(scaling_count, (__global uint *, bins), (__global const uint *, x))
{
    atomic_inc(&bins[x[get_global_id(0)] % BINS]);
}

VGPU_KERNEL(scaling_nothing, (__global uint *, x))
{
    (void)x;
}
