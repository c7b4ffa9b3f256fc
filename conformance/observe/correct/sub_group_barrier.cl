// SPDX-License-Identifier: MIT
// RUN: std=CL3.0 global=64 local=64 in:256 new:256
__kernel void k(__global const int *in, __global int *out)
{
    __local int tile[64];
    const int l = get_local_id(0);
    const int n = get_sub_group_size(), s = get_sub_group_local_id();
    tile[l] = in[l];
    sub_group_barrier(CLK_LOCAL_MEM_FENCE);
    out[l] = tile[l - s + (s + 1) % n];
}
