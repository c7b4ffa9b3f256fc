/* SPDX-License-Identifier: MIT */
/* The plain loops over the same bodies, a band of rows per piece. */
#include "plain.h"

#include "bodies.h"
#include "job.h"

_Static_assert(BENCH_BAND == BENCH_TILE, "a band is a row of tiles");

/* The band's end, `border` rows before the last at most. */
static size_t band_end(size_t first, const struct bench_job *job, size_t border)
{
    const size_t end = first + BENCH_BAND, last = job->height - border;

    return end < last ? end : last;
}

void plain_saxpy(size_t piece, void *argument)
{
    const struct bench_job *job = argument;
    float *y = job->arrays[0];
    const float *x = job->arrays[1];
    const float a = job->a;
    const size_t first = piece * BENCH_BAND * job->width;
    const size_t end = band_end(piece * BENCH_BAND, job, 0) * job->width;

    for (size_t i = first; i < end; i++)
        saxpy_item(y, x, a, i);
}

void plain_stencil5(size_t piece, void *argument)
{
    const struct bench_job *job = argument;
    float *out = job->arrays[0];
    const float *in = job->arrays[1];
    const uint32_t width = job->width;
    const size_t first = 1 + piece * BENCH_BAND, end = band_end(first, job, 1);

    for (size_t row = first; row < end; row++)
        for (size_t column = 1; column < width - 1; column++)
            stencil5_item(out, in, width, column, row);
}

void plain_stencil5_tiles(size_t piece, void *argument)
{
    const struct bench_job *job = argument;
    float *out = job->arrays[0];
    const float *in = job->arrays[1];
    const uint32_t width = job->width;
    const size_t first = 1 + piece * BENCH_BAND, end = band_end(first, job, 1);

    for (size_t left = 1; left < width - 1; left += BENCH_TILE) {
        const size_t right =
            left + BENCH_TILE < width - 1 ? left + BENCH_TILE : width - 1;

        for (size_t row = first; row < end; row++)
            for (size_t column = left; column < right; column++)
                stencil5_item(out, in, width, column, row);
    }
}

void plain_stencil9(size_t piece, void *argument)
{
    const struct bench_job *job = argument;
    float *out = job->arrays[0];
    const float *in = job->arrays[1];
    const uint32_t width = job->width;
    const size_t first = 1 + piece * BENCH_BAND, end = band_end(first, job, 1);

    for (size_t row = first; row < end; row++)
        for (size_t column = 1; column < width - 1; column++)
            stencil9_item(out, in, width, column, row);
}

void plain_mandelbrot(size_t piece, void *argument)
{
    const struct bench_job *job = argument;
    float *out = job->arrays[0];
    const uint32_t width = job->width, height = job->height, limit = job->limit;
    const size_t first = piece * BENCH_BAND, end = band_end(first, job, 0);

    for (size_t row = first; row < end; row++)
        for (size_t column = 0; column < width; column++)
            mandelbrot_item(out, width, height, limit, column, row);
}

void plain_matmul(size_t piece, void *argument)
{
    const struct bench_job *job = argument;
    float tile_a[BENCH_TILE][BENCH_TILE], tile_b[BENCH_TILE][BENCH_TILE];

    for (size_t column = 0; column < job->width; column += BENCH_TILE)
        matmul_group_item(tile_a, tile_b, job->arrays[0], job->arrays[1], job->arrays[2],
                          job->width, column, piece * BENCH_TILE);
}
