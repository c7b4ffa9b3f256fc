/* SPDX-License-Identifier: MIT */
/* Kernels in C that observers look into, where vgpu-cc compiles them. */
#include <CL/cl_vgpu_kernel.h>

static int steps; /* of the program */

VGPU_KERNEL(bw_strided, (__global float *, out), (__global const float *, in),
            (int, stride))
{
    size_t i = get_global_id(0);
    float v = in[i * (size_t)stride]; /* BW_LOAD_LINE */
    out[i] = v;                       /* BW_STORE_LINE */
}

VGPU_BARRIER_KERNEL(bw_turn, (__global float *, out), (__global const float *, in))
{
    VGPU_LOCAL float tile[64];
    size_t l = get_local_id(0);

    tile[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[get_global_id(0)] = sqrt(tile[63 - l]);
}

VGPU_KERNEL(bw_beyond, (__global int *, out))
{
    size_t i = get_global_id(0);
    out[i + 1] = (int)i; /* BW_BEYOND_LINE */
}

VGPU_KERNEL(bw_counts, (__global int *, out))
{
    out[get_global_id(0)] = steps;
}
