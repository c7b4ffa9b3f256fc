// SPDX-License-Identifier: MIT
// RUN: global=64x64 local=8x8 in:16384 out:16384
__kernel void k(__global const float *in, __global float *out)
{
    __local float tile[8][9];
    const size_t x = get_local_id(0), y = get_local_id(1);
    tile[y][x] = in[get_global_id(1) * 64 + get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[(get_group_id(0) * 8 + y) * 64 + get_group_id(1) * 8 + x] = tile[x][y];
}
