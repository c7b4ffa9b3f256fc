/* SPDX-License-Identifier: MIT */
/* Jobs in double precision. */
#include "cases.h"

#define ALPHA 1.5
#define BETA  0.5

/* c, a, b, n: square matrices of double in groups of 16x16. */
static void setup_matrices(struct bench_job *job, enum bench_access access)
{
    job->width = bench_pick(job, 320, 64);
    bench_doubles(job, access, job->width * job->width, -1.0, 1.0);
    bench_doubles(job, BENCH_IN, job->width * job->width, -1.0, 1.0);
    bench_doubles(job, BENCH_IN, job->width * job->width, -1.0, 1.0);
    bench_uint(job, (uint32_t)job->width);
    bench_range_2d(job, job->width, job->width, 16, 16);
    job->tolerance = (struct bench_tolerance){.relative = 1e-12, .absolute = 1e-12};
}

/* c = alpha a b + beta c */
static void multiply(struct bench_job *job, double alpha, double beta)
{
    const size_t n = job->width;
    const double *a = bench_initial(job, 1);
    const double *b = bench_initial(job, 2);
    double *c = bench_expected(job, 0);

    for (size_t row = 0; row < n; row++, a += n, c += n) {
        for (size_t col = 0; col < n; col++)
            c[col] *= beta;
        for (size_t k = 0; k < n; k++) {
            for (size_t col = 0; col < n; col++)
                c[col] += alpha * a[k] * b[k * n + col];
        }
    }
}

BENCH_SETUP(dgemm_naive)
{
    const double alpha = ALPHA, beta = BETA;

    setup_matrices(job, BENCH_IN_OUT);
    bench_value(job, &alpha, sizeof alpha);
    bench_value(job, &beta, sizeof beta);
}

BENCH_REFERENCE(dgemm_naive)
{
    multiply(job, ALPHA, BETA);
}

BENCH_SETUP(dgemm_tiled)
{
    setup_matrices(job, BENCH_OUT);
}

BENCH_REFERENCE(dgemm_tiled)
{
    multiply(job, 1.0, 0.0);
}
