/* SPDX-License-Identifier: MIT */
/* Jobs bound by arithmetic. */
#include "cases.h"
#include "references.h"

#include <math.h>

#define SOFTENING 0.01f

BENCH_SETUP(nbody)
{
    job->width = bench_pick(job, 2048, 256);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, 4 * job->width);
    bench_floats(job, BENCH_IN, 4 * job->width, 0.0f, 1.0f);
    bench_int(job, (int32_t)job->width);
    bench_float(job, SOFTENING);
    bench_range_1d(job, job->width, 64);
    job->tolerance.absolute = BENCH_GRAVITY_TOLERANCE;
}

BENCH_REFERENCE(nbody)
{
    bench_gravity(job, (double)SOFTENING);
}

#define JULIA_STEPS 64
#define JULIA_X     (-0.75f)
#define JULIA_Y     0.11f

BENCH_SETUP(julia)
{
    job->width = bench_pick(job, 512, 64);
    job->height = bench_pick(job, 384, 32);
    bench_buffer(job, BENCH_OUT, BENCH_INT, job->width * job->height);
    bench_int(job, (int32_t)job->width);
    bench_int(job, (int32_t)job->height);
    bench_float(job, JULIA_X);
    bench_float(job, JULIA_Y);
    bench_range_2d(job, job->width, job->height, 16, 16);
    job->tolerance.share = 0.01;
}

static int32_t julia_inside(float x, float y)
{
    int32_t inside = 0;

    for (int step = 0; step < JULIA_STEPS; step++) {
        const float next = x * x - y * y + JULIA_X;

        y = 2.0f * x * y + JULIA_Y;
        x = next;
        inside += x * x + y * y < 4.0f;
    }
    return inside;
}

BENCH_REFERENCE(julia)
{
    int32_t *out = bench_expected(job, 0);

    for (size_t py = 0; py < job->height; py++) {
        const float y = 3.0f * (float)py / (float)job->height - 1.5f;

        for (size_t px = 0; px < job->width; px++)
            *out++ = julia_inside(3.0f * (float)px / (float)job->width - 1.5f, y);
    }
}

#define DEGREE 24

BENCH_SETUP(polynomial)
{
    job->width = bench_pick(job, 1u << 20, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    bench_floats(job, BENCH_IN, job->width, -1.0f, 1.0f);
    bench_floats(job, BENCH_IN, DEGREE + 1, -1.0f, 1.0f);
    bench_range_1d(job, job->width, 256);
    job->tolerance.absolute = 1e-4;
}

BENCH_REFERENCE(polynomial)
{
    const float *in = bench_initial(job, 1);
    const float *coefficients = bench_initial(job, 2);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        const double x = (double)in[i];
        double even = (double)coefficients[0], odd = (double)coefficients[DEGREE];

        for (int k = 1; k <= DEGREE; k++) {
            even = even * x + (double)coefficients[k];
            odd = odd * -x + (double)coefficients[DEGREE - k];
        }
        out[i] = (float)(even + odd);
    }
}

BENCH_SETUP(matmul_naive)
{
    bench_setup_matmul(job, 384);
}

BENCH_REFERENCE(matmul_naive)
{
    bench_matmul(job);
}
