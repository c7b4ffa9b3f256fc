/* SPDX-License-Identifier: MIT */
/* matrix_multiply_tiled.cl as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

#define TILE 16

VGPU_BARRIER_KERNEL(matrix_multiply_tiled, (__global float *, c),
                    (__global const float *, a), (__global const float *, b), (uint, n))
{
    VGPU_LOCAL float tile_a[TILE][TILE];
    VGPU_LOCAL float tile_b[TILE][TILE];
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
