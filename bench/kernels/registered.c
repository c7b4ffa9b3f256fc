/* SPDX-License-Identifier: MIT */
/* The measured kernels, registered with vgpu. */
#include <CL/cl_vgpu_kernel.h>

#include "bodies.h"

VGPU_KERNEL(saxpy, (__global float *, y), (__global const float *, x), (float, a))
{
    saxpy_item(y, x, a, get_global_id(0));
}

VGPU_KERNEL(stencil5, (__global float *, out), (__global const float *, in),
            (uint, width))
{
    stencil5_item(out, in, width, get_global_id(0), get_global_id(1));
}

VGPU_KERNEL(stencil9, (__global float *, out), (__global const float *, in),
            (uint, width))
{
    stencil9_item(out, in, width, get_global_id(0), get_global_id(1));
}

VGPU_KERNEL(mandelbrot, (__global float *, out), (uint, width), (uint, height),
            (uint, limit))
{
    mandelbrot_item(out, width, height, limit, get_global_id(0), get_global_id(1));
}

VGPU_BARRIER_KERNEL(matmul_barrier, (__global float *, c), (__global const float *, a),
                    (__global const float *, b), (uint, n))
{
    VGPU_LOCAL float tile_a[BENCH_TILE][BENCH_TILE];
    VGPU_LOCAL float tile_b[BENCH_TILE][BENCH_TILE];
    const size_t x = get_local_id(0), y = get_local_id(1);
    const size_t column = get_global_id(0), row = get_global_id(1);
    float sum = 0.0f;

    for (size_t tile = 0; tile < n / BENCH_TILE; tile++) {
        matmul_load(tile_a, tile_b, a, b, n, tile, column, row, x, y);
        barrier(CLK_LOCAL_MEM_FENCE);
        sum += matmul_multiply(tile_a, tile_b, x, y);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    c[row * n + column] = sum;
}

VGPU_GROUP_KERNEL(matmul_group, (__global float *, c), (__global const float *, a),
                  (__global const float *, b), (uint, n))
{
    VGPU_LOCAL float tile_a[BENCH_TILE][BENCH_TILE];
    VGPU_LOCAL float tile_b[BENCH_TILE][BENCH_TILE];

    matmul_group_item(tile_a, tile_b, c, a, b, n, get_group_id(0) * BENCH_TILE,
                      get_group_id(1) * BENCH_TILE);
}
