// SPDX-License-Identifier: MIT
// RUN: global=32x32 local=16x16 in:4096 new:4096
__kernel void k(__global const int *in, __global int *out)
{
    __local int tile[16][17];
    const int x = get_local_id(0), y = get_local_id(1);
    tile[y][x] = in[get_global_id(1) * 32 + get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[(get_group_id(0) * 16 + y) * 32 + get_group_id(1) * 16 + x] = tile[x][y];
}
