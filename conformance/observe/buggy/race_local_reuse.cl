// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:512 out:512
// The tile is filled again while others may still read it.
__kernel void k(__global const int *in, __global int *out)
{
    __local int tile[64];
    const int l = get_local_id(0);
    for (int i = 0; i < 2; i++) {
        tile[l] = in[i * 64 + l]; // BUG: race
        barrier(CLK_LOCAL_MEM_FENCE);
        out[i * 64 + l] = tile[63 - l]; // BUG: race
    }
}
