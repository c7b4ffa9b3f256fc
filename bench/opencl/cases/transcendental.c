/* SPDX-License-Identifier: MIT */
/* Jobs bound by the maths library. */
#include "cases.h"

#include <math.h>

#define RATE       0.02
#define VOLATILITY 0.3

BENCH_SETUP(black_scholes)
{
    job->width = bench_pick(job, 1u << 18, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    bench_floats(job, BENCH_IN, job->width, 5.0f, 30.0f);
    bench_floats(job, BENCH_IN, job->width, 1.0f, 100.0f);
    bench_floats(job, BENCH_IN, job->width, 0.25f, 10.0f);
    bench_float(job, (float)RATE);
    bench_float(job, (float)VOLATILITY);
    bench_range_1d(job, job->width, 128);
    job->tolerance = (struct bench_tolerance){.relative = 1e-4, .absolute = 2e-4};
}

static double normal(double d)
{
    return 0.5 * erfc(-d / sqrt(2.0));
}

BENCH_REFERENCE(black_scholes)
{
    const float *prices = bench_initial(job, 2);
    const float *strikes = bench_initial(job, 3);
    const float *years = bench_initial(job, 4);
    float *call = bench_expected(job, 0);
    float *put = bench_expected(job, 1);

    for (size_t i = 0; i < job->width; i++) {
        const double s = (double)prices[i], x = (double)strikes[i], t = (double)years[i];
        const double deviation = VOLATILITY * sqrt(t);
        const double d1 =
            (log(s / x) + (RATE + 0.5 * VOLATILITY * VOLATILITY) * t) / deviation;
        const double d2 = d1 - deviation;
        const double discounted = x * exp(-RATE * t);

        call[i] = (float)(s * normal(d1) - discounted * normal(d2));
        put[i] = (float)(discounted * normal(-d2) - s * normal(-d1));
    }
}

BENCH_SETUP(maths7)
{
    job->width = bench_pick(job, 1u << 17, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    bench_floats(job, BENCH_IN, job->width, 0.1f, 10.0f);
    bench_floats(job, BENCH_IN, job->width, 0.1f, 10.0f);
    bench_range_1d(job, job->width, 256);
    job->tolerance = (struct bench_tolerance){.relative = 1e-5, .absolute = 2e-5};
}

BENCH_REFERENCE(maths7)
{
    const float *a = bench_initial(job, 1);
    const float *b = bench_initial(job, 2);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        const double x = (double)a[i], y = (double)b[i];

        out[i] = (float)(sin(x) + cos(y) + exp(-x) + log(y) + pow(y, x) + tanh(x) +
                         atan2(x, y));
    }
}

BENCH_SETUP(rotate_sincos)
{
    job->width = bench_pick(job, 1u << 19, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, 2 * job->width);
    bench_floats(job, BENCH_IN, 2 * job->width, -10.0f, 10.0f);
    bench_floats(job, BENCH_IN, job->width, -100.0f, 100.0f);
    bench_int(job, (int32_t)job->width);
    bench_range_1d(job, job->width, 128);
    job->tolerance.absolute = 2e-5;
}

BENCH_REFERENCE(rotate_sincos)
{
    const float *in = bench_initial(job, 1);
    const float *angles = bench_initial(job, 2);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        const double s = sin((double)angles[i]), c = cos((double)angles[i]);
        const double x = (double)in[2 * i], y = (double)in[2 * i + 1];

        out[2 * i] = (float)(c * x - s * y);
        out[2 * i + 1] = (float)(s * x + c * y);
    }
}

BENCH_SETUP(exp_double)
{
    job->width = bench_pick(job, 1u << 19, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_DOUBLE, job->width);
    bench_doubles(job, BENCH_IN, job->width, 0.001, 20.0);
    bench_range_1d(job, job->width, 128);
    job->tolerance.relative = 1e-14;
}

BENCH_REFERENCE(exp_double)
{
    const double *in = bench_initial(job, 1);
    double *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        out[i] = exp(-in[i]) * log(1.0 + in[i]);
}
