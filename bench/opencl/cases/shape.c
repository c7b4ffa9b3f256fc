/* SPDX-License-Identifier: MIT */
/* Jobs in groups of odd sizes, of one work-item, or of a size left to the implementation.
 */
#include "cases.h"

BENCH_SETUP(heat_7x5x3)
{
    job->width = bench_pick(job, 112, 14);
    job->height = bench_pick(job, 110, 10);
    job->depth = bench_pick(job, 60, 6);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width * job->height * job->depth);
    bench_floats(job, BENCH_IN, job->width * job->height * job->depth, 0.0f, 100.0f);
    bench_int(job, (int32_t)job->width);
    bench_int(job, (int32_t)job->height);
    bench_int(job, (int32_t)job->depth);
    bench_range_2d(job, job->width, job->height, 7, 5);
    job->dimensions = 3;
    job->global[2] = job->depth;
    job->local[2] = 3;
    job->tolerance = (struct bench_tolerance){.relative = 1e-5, .absolute = 1e-4};
}

BENCH_REFERENCE(heat_7x5x3)
{
    const size_t nx = job->width, ny = job->height, nz = job->depth;
    const float *in = bench_initial(job, 1);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < nx * ny * nz; i++) {
        const size_t x = i % nx, y = i / nx % ny, z = i / nx / ny;
        float sum = x > 0 ? in[i - 1] : in[i];

        sum += x < nx - 1 ? in[i + 1] : in[i];
        sum += y > 0 ? in[i - nx] : in[i];
        sum += y < ny - 1 ? in[i + nx] : in[i];
        sum += z > 0 ? in[i - nx * ny] : in[i];
        sum += z < nz - 1 ? in[i + nx * ny] : in[i];
        out[i] = in[i] + 0.1f * (sum - 6.0f * in[i]);
    }
}

BENCH_SETUP(local_one)
{
    job->width = bench_pick(job, 1u << 16, 500);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    bench_floats(job, BENCH_IN, job->width, -1.0f, 1.0f);
    bench_floats(job, BENCH_IN, job->width, -1.0f, 1.0f);
    bench_range_1d(job, job->width, 1);
    job->tolerance.absolute = 1e-6;
}

BENCH_REFERENCE(local_one)
{
    const float *a = bench_initial(job, 1);
    const float *b = bench_initial(job, 2);
    float *c = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        c[i] = a[i] * b[i] + 1.0f;
}

BENCH_SETUP(local_63)
{
    job->width = 63 * bench_pick(job, 1u << 14, 20);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    bench_floats(job, BENCH_IN, job->width, -1.0f, 1.0f);
    bench_range_1d(job, job->width, 63);
}

BENCH_REFERENCE(local_63)
{
    const float *in = bench_initial(job, 1);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        out[i] = in[i / 63 * 63 + 62 - i % 63] * 2.0f;
}

BENCH_SETUP(null_local_prime)
{
    job->width = bench_pick(job, 1000003, 1009);
    bench_floats(job, BENCH_IN, job->width, -1.0f, 1.0f);
    bench_floats(job, BENCH_IN, job->width, -1.0f, 1.0f);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    bench_range_1d(job, job->width, 0);
}

BENCH_REFERENCE(null_local_prime)
{
    const float *a = bench_initial(job, 0);
    const float *b = bench_initial(job, 1);
    float *c = bench_expected(job, 2);

    for (size_t i = 0; i < job->width; i++)
        c[i] = a[i] + b[i];
}

#define SHARE 0.25f

BENCH_SETUP(null_local_2d)
{
    job->width = bench_pick(job, 1500, 50);
    job->height = bench_pick(job, 1500, 40);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width * job->height);
    bench_floats(job, BENCH_IN, job->width * job->height, 0.0f, 1.0f);
    bench_floats(job, BENCH_IN, job->width * job->height, 0.0f, 1.0f);
    bench_float(job, SHARE);
    bench_range_2d(job, job->width, job->height, 0, 0);
    job->tolerance.absolute = 1e-6;
}

BENCH_REFERENCE(null_local_2d)
{
    const float *a = bench_initial(job, 1);
    const float *b = bench_initial(job, 2);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width * job->height; i++)
        out[i] = a[i] + (b[i] - a[i]) * SHARE;
}
