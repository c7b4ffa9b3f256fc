// SPDX-License-Identifier: MIT
// RUN: global=16x16 local=16x16 in:1024 out:1024
// A column too many.
__kernel void k(__global const int *in, __global int *out)
{
    __local int tile[16][16];
    const int x = get_local_id(0), y = get_local_id(1);
    tile[y][x] = in[y * 16 + x];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[y * 16 + x] = tile[15][y + x > 15 ? 16 : x]; // BUG: memory
}
