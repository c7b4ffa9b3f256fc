/* SPDX-License-Identifier: MIT */
/* out[x][y] = in[y][x], for n x n elements. */
#define TILE 16

/* Reads along rows and writes down columns: neighbouring work-items write far apart. */
__kernel void transpose_naive(__global float *out, __global const float *in, uint n)
{
    size_t x = get_global_id(0);
    size_t y = get_global_id(1);

    out[x * n + y] = in[y * n + x];
}

/* Turns a tile in local memory, so that both the reads and the writes run along rows. The tile's rows
 * are one element longer than needed: its columns then lie in different banks of local memory. */
__kernel __attribute__((reqd_work_group_size(TILE, TILE, 1))) void
transpose_tiled(__global float *out, __global const float *in, uint n)
{
    __local float tile[TILE][TILE + 1];
    size_t local_x = get_local_id(0);
    size_t local_y = get_local_id(1);
    size_t first_x = get_group_id(0) * TILE;
    size_t first_y = get_group_id(1) * TILE;

    if (first_x + local_x < n && first_y + local_y < n)
        tile[local_y][local_x] = in[(first_y + local_y) * n + first_x + local_x];
    barrier(CLK_LOCAL_MEM_FENCE);
    if (first_y + local_x < n && first_x + local_y < n)
        out[(first_x + local_y) * n + first_y + local_x] = tile[local_x][local_y];
}
