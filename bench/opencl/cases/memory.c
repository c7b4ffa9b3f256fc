/* SPDX-License-Identifier: MIT */
/* Jobs bound by memory: streams, strides and transposition. */
#include "cases.h"

BENCH_SETUP(saxpy)
{
    job->width = bench_pick(job, 4u << 20, 4000);
    bench_floats(job, BENCH_IN_OUT, job->width, 0.0f, 1.0f);
    bench_floats(job, BENCH_IN, job->width, 0.0f, 1.0f);
    bench_float(job, 0.5f);
    bench_int(job, (int32_t)job->width);
    bench_range_1d(job, (job->width + 255) / 256 * 256, 256);
    job->tolerance = (struct bench_tolerance){.relative = 1e-6};
}

BENCH_REFERENCE(saxpy)
{
    const float *x = bench_initial(job, 1);
    float *y = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        y[i] = 0.5f * x[i] + y[i];
}

BENCH_SETUP(scale_float4)
{
    job->width = bench_pick(job, 1u << 20, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, 4 * job->width);
    bench_floats(job, BENCH_IN, 4 * job->width, -1.0f, 1.0f);
    bench_float(job, 1.5f);
    bench_range_1d(job, job->width, 128);
}

BENCH_REFERENCE(scale_float4)
{
    const float *in = bench_initial(job, 1);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < 4 * job->width; i++)
        out[i] = in[i] * 1.5f;
}

#define STRIDE 12

BENCH_SETUP(strided_read)
{
    job->width = bench_pick(job, 1u << 19, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    bench_floats(job, BENCH_IN, STRIDE * job->width, -1.0f, 1.0f);
    bench_uint(job, STRIDE);
    bench_range_1d(job, job->width, 256);
}

BENCH_REFERENCE(strided_read)
{
    const float *in = bench_initial(job, 1);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        out[i] = in[STRIDE * i];
}

static void setup_transpose(struct bench_job *job)
{
    job->width = bench_pick(job, 1024, 64);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width * job->width);
    bench_floats(job, BENCH_IN, job->width * job->width, -1.0f, 1.0f);
    bench_int(job, (int32_t)job->width);
    bench_range_2d(job, job->width, job->width, 16, 16);
}

static void transpose(struct bench_job *job)
{
    const float *in = bench_initial(job, 1);
    float *out = bench_expected(job, 0);

    for (size_t y = 0; y < job->width; y++) {
        for (size_t x = 0; x < job->width; x++)
            out[x * job->width + y] = in[y * job->width + x];
    }
}

BENCH_SETUP(transpose_naive)
{
    setup_transpose(job);
}

BENCH_REFERENCE(transpose_naive)
{
    transpose(job);
}

BENCH_SETUP(transpose_tiled)
{
    setup_transpose(job);
}

BENCH_REFERENCE(transpose_tiled)
{
    transpose(job);
}
