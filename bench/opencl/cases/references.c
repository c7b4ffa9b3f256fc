/* SPDX-License-Identifier: MIT */
/* References that several cases share. */
#include "references.h"

#include <math.h>

void bench_gravity(struct bench_job *job, double softening)
{
    const float *bodies = bench_initial(job, 1);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        const float *me = bodies + 4 * i;
        double sum[3] = {0};

        for (size_t j = 0; j < job->width; j++) {
            const float *other = bodies + 4 * j;
            const double d[3] = {(double)other[0] - (double)me[0],
                                 (double)other[1] - (double)me[1],
                                 (double)other[2] - (double)me[2]};
            const double square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + softening;
            const double pull = (double)other[3] / (square * sqrt(square));

            for (int k = 0; k < 3; k++)
                sum[k] += pull * d[k];
        }
        for (int k = 0; k < 3; k++)
            out[4 * i + (size_t)k] = (float)sum[k];
    }
}

void bench_setup_matmul(struct bench_job *job, size_t full)
{
    job->width = bench_pick(job, full, 64);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width * job->width);
    bench_floats(job, BENCH_IN, job->width * job->width, -1.0f, 1.0f);
    bench_floats(job, BENCH_IN, job->width * job->width, -1.0f, 1.0f);
    bench_int(job, (int32_t)job->width);
    bench_range_2d(job, job->width, job->width, 16, 16);
    job->tolerance = (struct bench_tolerance){.relative = 1e-5, .absolute = 1e-4};
}

void bench_matmul(struct bench_job *job)
{
    const size_t n = job->width;
    const float *a = bench_initial(job, 1);
    const float *b = bench_initial(job, 2);
    float *c = bench_expected(job, 0);

    for (size_t row = 0; row < n; row++) {
        for (size_t k = 0; k < n; k++) {
            for (size_t col = 0; col < n; col++)
                c[row * n + col] += a[row * n + k] * b[k * n + col];
        }
    }
}
