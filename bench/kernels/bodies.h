/* SPDX-License-Identifier: MIT */
/* The work itself: one inline function per kernel, called by the registered kernel and by
 * the plain threaded loop alike, so that both are the same code for the same compiler. */
#ifndef BENCH_BODIES_H
#define BENCH_BODIES_H

#include <stddef.h>
#include <stdint.h>

#define BENCH_TILE 16 /* rows and columns of a tile of the matrix multiplication */

static inline void saxpy_item(float *y, const float *x, float a, size_t i)
{
    y[i] = a * x[i] + y[i];
}

/* The cell's four neighbours and itself, weighted. */
static inline void stencil5_item(float *out, const float *in, uint32_t width,
                                 size_t column, size_t row)
{
    const size_t at = row * width + column;

    out[at] = 0.5f * in[at] +
              0.125f * (in[at - 1] + in[at + 1] + in[at - width] + in[at + width]);
}

/* The mean of the 3x3 cells around, the middle one counted twice. */
static inline void stencil9_item(float *out, const float *in, uint32_t width,
                                 size_t column, size_t row)
{
    const size_t at = row * width + column;
    const float above = in[at - width - 1] + in[at - width] + in[at - width + 1];
    const float level = in[at - 1] + 2.0f * in[at] + in[at + 1];
    const float below = in[at + width - 1] + in[at + width] + in[at + width + 1];

    out[at] = 0.1f * (above + level + below);
}

/* How many steps z = z*z + c takes to leave the circle of radius 2; `limit` where it
 * stays. */
static inline void mandelbrot_item(float *out, uint32_t width, uint32_t height,
                                   uint32_t limit, size_t column, size_t row)
{
    const float c_real = -2.25f + 3.0f * (float)column / (float)width;
    const float c_imaginary = -1.5f + 3.0f * (float)row / (float)height;
    float real = 0.0f, imaginary = 0.0f;
    uint32_t steps = 0;

    while (steps < limit && real * real + imaginary * imaginary <= 4.0f) {
        const float next = real * real - imaginary * imaginary + c_real;

        imaginary = 2.0f * real * imaginary + c_imaginary;
        real = next;
        steps++;
    }
    out[row * width + column] = (float)steps;
}

/* The two loads that one work-item contributes to a pair of tiles. */
static inline void matmul_load(float tile_a[BENCH_TILE][BENCH_TILE],
                               float tile_b[BENCH_TILE][BENCH_TILE], const float *a,
                               const float *b, uint32_t n, size_t tile, size_t column,
                               size_t row, size_t x, size_t y)
{
    tile_a[y][x] = a[row * n + tile * BENCH_TILE + x];
    tile_b[y][x] = b[(tile * BENCH_TILE + y) * n + column];
}

/* One work-item's share of the product of a pair of tiles. */
static inline float matmul_multiply(float tile_a[BENCH_TILE][BENCH_TILE],
                                    float tile_b[BENCH_TILE][BENCH_TILE], size_t x,
                                    size_t y)
{
    float sum = 0.0f;

    for (int k = 0; k < BENCH_TILE; k++)
        sum += tile_a[y][k] * tile_b[k][x];
    return sum;
}

/* All work-items of one group: the tile of c that starts at (first_column, first_row).
 * What stands between two barriers is one loop over the items. */
static inline void matmul_group_item(float tile_a[BENCH_TILE][BENCH_TILE],
                                     float tile_b[BENCH_TILE][BENCH_TILE], float *c,
                                     const float *a, const float *b, uint32_t n,
                                     size_t first_column, size_t first_row)
{
    float sums[BENCH_TILE][BENCH_TILE] = {{0}};

    for (size_t tile = 0; tile < n / BENCH_TILE; tile++) {
        for (size_t y = 0; y < BENCH_TILE; y++)
            for (size_t x = 0; x < BENCH_TILE; x++)
                matmul_load(tile_a, tile_b, a, b, n, tile, first_column + x,
                            first_row + y, x, y);
        for (size_t y = 0; y < BENCH_TILE; y++)
            for (size_t x = 0; x < BENCH_TILE; x++)
                sums[y][x] += matmul_multiply(tile_a, tile_b, x, y);
    }
    for (size_t y = 0; y < BENCH_TILE; y++)
        for (size_t x = 0; x < BENCH_TILE; x++)
            c[(first_row + y) * n + first_column + x] = sums[y][x];
}

#endif
