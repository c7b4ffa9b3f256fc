/* SPDX-License-Identifier: MIT */
/* Option prices: mathematical functions, many buffers, results checked against double
 * precision. */
#include "black_scholes_cl.h"
#include "sample.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define RATE       0.02f
#define VOLATILITY 0.30f

enum {
    CALL,
    PUT,
    PRICE,
    STRIKE,
    YEARS,
    NUM_ARRAYS
}; /* in the order of the kernel's arguments */

static double price_on_device(cl_device_id device, float *const arrays[NUM_ARRAYS],
                              size_t n)
{
    const size_t bytes = n * sizeof(float);
    const cl_float rate = RATE, volatility = VOLATILITY;
    cl_mem buffers[NUM_ARRAYS];
    cl_event event;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, black_scholes_cl);
    cl_kernel kernel = clCreateKernel(program, "black_scholes", &err);
    SAMPLE_CHECK(err);

    for (cl_uint i = 0; i < NUM_ARRAYS; i++) {
        buffers[i] = clCreateBuffer(
            context, i <= PUT ? CL_MEM_WRITE_ONLY : CL_MEM_READ_ONLY, bytes, NULL, &err);
        SAMPLE_CHECK(err);
        SAMPLE_CHECK(clSetKernelArg(kernel, i, sizeof(buffers[i]), &buffers[i]));
    }
    for (int i = PRICE; i < NUM_ARRAYS; i++)
        SAMPLE_CHECK(clEnqueueWriteBuffer(queue, buffers[i], CL_FALSE, 0, bytes,
                                          arrays[i], 0, NULL, NULL));
    SAMPLE_CHECK(clSetKernelArg(kernel, NUM_ARRAYS, sizeof(rate), &rate));
    SAMPLE_CHECK(clSetKernelArg(kernel, NUM_ARRAYS + 1, sizeof(volatility), &volatility));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &n, NULL, 0, NULL, &event));
    for (int i = CALL; i <= PUT; i++)
        SAMPLE_CHECK(clEnqueueReadBuffer(queue, buffers[i], CL_FALSE, 0, bytes, arrays[i],
                                         0, NULL, NULL));
    SAMPLE_CHECK(clFinish(queue));
    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    for (int i = 0; i < NUM_ARRAYS; i++)
        clReleaseMemObject(buffers[i]);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

static double normal_cdf(double x)
{
    return 0.5 * erfc(-x * sqrt(0.5));
}

/* The kernel's polynomial is off by 7.5e-8 and its tail a few roundings more, which both
 * price and strike multiply. d1 and d2 carry the roundings of log, exp and a division, in
 * all fewer than 16 units of their last place; a change of d changes the distribution by
 * at most 0.4 of it. */
static bool is_priced(float *const arrays[NUM_ARRAYS], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double s = arrays[PRICE][i], x = arrays[STRIKE][i], t = arrays[YEARS][i];
        double rate = RATE, volatility = VOLATILITY, spread = volatility * sqrt(t);
        double d1 = (log(s / x) + (rate + 0.5 * volatility * volatility) * t) / spread;
        double d2 = d1 - spread, discounted = x * exp(-rate * t);
        double call = s * normal_cdf(d1) - discounted * normal_cdf(d2);
        double put = discounted * normal_cdf(-d2) - s * normal_cdf(-d1);
        double off_by = 7.5e-8 + FLT_EPSILON * (8 + 0.4 * 16 * (1 + fabs(d1) + fabs(d2)));

        if (!(fabs(arrays[CALL][i] - call) <= off_by * (s + x)) ||
            !(fabs(arrays[PUT][i] - put) <= off_by * (s + x))) {
            fprintf(stderr, "option %zu: call %g and put %g, not %g and %g\n", i,
                    arrays[CALL][i], arrays[PUT][i], call, put);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Prices options by the formula of Black and Scholes.",
        .size = "options",
        .n = 1u << 20,
        .n_max = 1u << 26,
    };
    uint64_t random = 10;
    float *arrays[NUM_ARRAYS];

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    for (int i = 0; i < NUM_ARRAYS; i++)
        arrays[i] = sample_alloc(n, sizeof(float));
    for (size_t i = 0; i < n; i++) {
        arrays[PRICE][i] = sample_random_float(&random, 5, 100);
        arrays[STRIKE][i] = sample_random_float(&random, 5, 100);
        arrays[YEARS][i] = sample_random_float(&random, 0.25f, 10);
    }

    cl_device_id device = sample_device(&options);
    double kernel_ms = price_on_device(device, arrays, n);
    bool ok = is_priced(arrays, n);

    for (int i = 0; i < NUM_ARRAYS; i++)
        free(arrays[i]);
    return sample_report("black_scholes", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%.1f M options/s", (double)n * 1e-3 / kernel_ms),
                         ok);
}
