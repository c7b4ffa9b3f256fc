/* SPDX-License-Identifier: MIT */
/* Transposes a square matrix through a padded tile of local memory. */
#define TILE 16

__kernel void transpose_tiled(__global float *out, __global const float *in, int n)
{
    __local float tile[TILE][TILE + 1];
    int lx = get_local_id(0);
    int ly = get_local_id(1);
    int x = get_group_id(0) * TILE + lx;
    int y = get_group_id(1) * TILE + ly;

    tile[ly][lx] = in[y * n + x];
    barrier(CLK_LOCAL_MEM_FENCE);
    x = get_group_id(1) * TILE + lx;
    y = get_group_id(0) * TILE + ly;
    out[y * n + x] = tile[lx][ly];
}
