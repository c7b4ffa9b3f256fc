/* SPDX-License-Identifier: MIT */
/* C = A * B for square matrices in row order, one element of C per work-item. A work-group loads a
 * tile of A and a tile of B into local memory, where each value is used TILE times. */
#define TILE 16

__kernel __attribute__((reqd_work_group_size(TILE, TILE, 1))) void
matrix_multiply_tiled(__global float *c, __global const float *a, __global const float *b, uint n)
{
    __local float tile_a[TILE][TILE];
    __local float tile_b[TILE][TILE];
    size_t x = get_local_id(0);
    size_t y = get_local_id(1);
    size_t column = get_global_id(0);
    size_t row = get_global_id(1);
    float sum = 0;

    for (uint first = 0; first < n; first += TILE) {
        tile_a[y][x] = row < n && first + x < n ? a[row * n + first + x] : 0;
        tile_b[y][x] = column < n && first + y < n ? b[(first + y) * n + column] : 0;
        barrier(CLK_LOCAL_MEM_FENCE);
        for (uint k = 0; k < TILE; k++)
            sum += tile_a[y][k] * tile_b[k][x];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (row < n && column < n)
        c[row * n + column] = sum;
}
