/* SPDX-License-Identifier: MIT */
/* Jobs whose work-items meet at atomics in global memory. */
#include "cases.h"

BENCH_SETUP(histogram_global)
{
    job->width = bench_pick(job, 1u << 18, 2048);
    bench_bytes(job, BENCH_IN, job->width, 0);
    bench_buffer(job, BENCH_IN_OUT, BENCH_INT, 256);
    bench_range_1d(job, job->width, 128);
}

BENCH_REFERENCE(histogram_global)
{
    const uint8_t *data = bench_initial(job, 0);
    int32_t *bins = bench_expected(job, 1);

    for (size_t i = 0; i < job->width; i++)
        bins[data[i]]++;
}

BENCH_SETUP(counter_global)
{
    job->width = bench_pick(job, 1u << 20, 2048);
    bench_uints(job, BENCH_IN, job->width, 0);
    bench_buffer(job, BENCH_FRESH, BENCH_UINT, job->width);
    job->arguments[1].any_order = true;
    bench_buffer(job, BENCH_FRESH, BENCH_UINT, 1);
    bench_uint(job, (uint32_t)job->width);
    bench_range_1d(job, job->width, 256);
}

BENCH_REFERENCE(counter_global)
{
    const uint32_t *in = bench_initial(job, 0);
    uint32_t *out = bench_expected(job, 1);
    uint32_t *count = bench_expected(job, 2);

    for (size_t i = 0; i < job->width; i++) {
        if (in[i] % 8 == 0)
            out[(*count)++] = in[i];
    }
}

#define NUM_CELLS 1024

/* Small whole numbers: their sums are exact in any order. */
BENCH_SETUP(atomic_float_add)
{
    float *values;

    job->width = bench_pick(job, 1u << 17, 2048);
    bench_uints(job, BENCH_IN, job->width, NUM_CELLS);
    values = bench_buffer(job, BENCH_IN, BENCH_FLOAT, job->width);
    for (size_t i = 0; i < job->width; i++)
        values[i] = (float)(bench_hash((uint32_t)i) % 8);
    bench_buffer(job, BENCH_FRESH, BENCH_FLOAT, NUM_CELLS);
    bench_range_1d(job, job->width, 64);
}

BENCH_REFERENCE(atomic_float_add)
{
    const uint32_t *cell_of = bench_initial(job, 0);
    const float *values = bench_initial(job, 1);
    float *cells = bench_expected(job, 2);

    for (size_t i = 0; i < job->width; i++)
        cells[cell_of[i]] += values[i];
}
