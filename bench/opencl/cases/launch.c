/* SPDX-License-Identifier: MIT */
/* Jobs of many small launches in a row. */
#include "cases.h"

BENCH_SETUP(small_launches)
{
    job->width = 256;
    job->launches = (unsigned)bench_pick(job, 1000, 20);
    bench_buffer(job, BENCH_FRESH, BENCH_INT, job->width);
    bench_range_1d(job, job->width, 64);
}

BENCH_REFERENCE(small_launches)
{
    int32_t *data = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        data[i] = (int32_t)(job->launches * i);
}

BENCH_SETUP(small_reductions)
{
    job->width = 1024;
    job->launches = (unsigned)bench_pick(job, 500, 20);
    bench_buffer(job, BENCH_FRESH, BENCH_UINT, job->width / 64);
    bench_uints(job, BENCH_IN, job->width, 0);
    bench_range_1d(job, job->width, 64);
}

BENCH_REFERENCE(small_reductions)
{
    const uint32_t *in = bench_initial(job, 1);
    uint32_t *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        out[i / 64] += job->launches * in[i];
}
