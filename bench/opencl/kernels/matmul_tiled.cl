/* SPDX-License-Identifier: MIT */
/* Matrix product through 16x16 tiles of local memory. */
#define TILE 16

__kernel void matmul_tiled(__global float *c, __global const float *a,
                           __global const float *b, int n)
{
    __local float tile_a[TILE][TILE];
    __local float tile_b[TILE][TILE];
    int col = get_global_id(0);
    int row = get_global_id(1);
    int lx = get_local_id(0);
    int ly = get_local_id(1);
    float sum = 0.0f;

    for (int t = 0; t < n / TILE; t++) {
        tile_a[ly][lx] = a[row * n + t * TILE + lx];
        tile_b[ly][lx] = b[(t * TILE + ly) * n + col];
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int k = 0; k < TILE; k++)
            sum += tile_a[ly][k] * tile_b[k][lx];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    c[row * n + col] = sum;
}
