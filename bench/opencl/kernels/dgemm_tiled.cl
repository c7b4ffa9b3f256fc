/* SPDX-License-Identifier: MIT */
/* Matrix product in double precision through tiles of local memory. */
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#define TILE 16

__kernel __attribute__((reqd_work_group_size(TILE, TILE, 1))) void dgemm_tiled(
    __global double *c, __global const double *a, __global const double *b, uint n)
{
    __local double tile_a[TILE][TILE];
    __local double tile_b[TILE][TILE];
    uint lx = get_local_id(0);
    uint ly = get_local_id(1);
    uint col = get_global_id(0);
    uint row = get_global_id(1);
    double sum = 0.0;

    for (uint start = 0; start < n; start += TILE) {
        tile_a[ly][lx] = a[row * n + start + lx];
        tile_b[ly][lx] = b[(start + ly) * n + col];
        barrier(CLK_LOCAL_MEM_FENCE);
        for (uint k = 0; k < TILE; k++)
            sum = fma(tile_a[ly][k], tile_b[k][lx], sum);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    c[row * n + col] = sum;
}
