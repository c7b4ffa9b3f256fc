// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
__kernel void k(__global const int *in, __global int *out)
{
    __local int tile[64];
    const int l = get_local_id(0);
    tile[l] = in[l];
    if (l < 48)
        barrier(CLK_LOCAL_MEM_FENCE); // BUG: barrier
    out[l] = tile[l];
}
