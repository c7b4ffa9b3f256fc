// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// The barrier fences global memory, and the items share local memory.
__kernel void k(__global const int *in, __global int *out)
{
    __local int tile[64];
    const int l = get_local_id(0);
    tile[l] = in[get_global_id(0)]; // BUG: race
    barrier(CLK_GLOBAL_MEM_FENCE);
    out[get_global_id(0)] = tile[63 - l]; // BUG: race
}
