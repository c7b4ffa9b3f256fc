// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256 local:128
__kernel void k(__global const int *in, __global int *out, __local int *tile)
{
    const int l = get_local_id(0);
    tile[l] = in[l]; // BUG: memory
    barrier(CLK_LOCAL_MEM_FENCE);
    out[l] = tile[l % 32];
}
