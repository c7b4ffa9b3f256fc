/* SPDX-License-Identifier: MIT */
/* y = a * x + y: memory speed, a value as an argument, buffers from host memory. */
#include "sample.h"
#include "saxpy_cl.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double saxpy_on_device(cl_device_id device, float a, float *x, float *y, size_t n)
{
    const size_t bytes = n * sizeof(float);
    cl_event event;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, saxpy_cl);
    cl_kernel kernel = clCreateKernel(program, "saxpy", &err);
    SAMPLE_CHECK(err);

    cl_mem buffer_y =
        clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, bytes, y, &err);
    SAMPLE_CHECK(err);
    cl_mem buffer_x =
        clCreateBuffer(context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, bytes, x, &err);
    SAMPLE_CHECK(err);
    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(buffer_y), &buffer_y));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(buffer_x), &buffer_x));
    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(a), &a));

    /* No local size: the device chooses one. */
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &n, NULL, 0, NULL, &event));
    SAMPLE_CHECK(
        clEnqueueReadBuffer(queue, buffer_y, CL_TRUE, 0, bytes, y, 0, NULL, NULL));
    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    clReleaseMemObject(buffer_x);
    clReleaseMemObject(buffer_y);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

/* A device may fuse a * x + y into one rounding, and so may the compiler of this file.
 * Two roundings differ from one by at most half an ulp of the product and half an ulp of
 * each result. */
static bool is_saxpy(float a, const float *x, const float *y_before, const float *y,
                     size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float expected = a * x[i] + y_before[i];
        float tolerance = FLT_EPSILON * (fabsf(a * x[i]) + fabsf(y_before[i]));

        if (!(fabsf(y[i] - expected) <= tolerance)) {
            fprintf(stderr, "y[%zu] is %g, not %g\n", i, y[i], expected);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Computes y = a * x + y.",
        .size = "elements",
        .n = 16u << 20,
        .n_max = 1u << 28,
    };
    uint64_t random = 2;
    const float a = 2.5f;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    float *x = sample_alloc(n, sizeof(float));
    float *y = sample_alloc(n, sizeof(float));
    float *y_before = sample_alloc(n, sizeof(float));
    for (size_t i = 0; i < n; i++) {
        x[i] = sample_random_float(&random, -1, 1);
        y[i] = sample_random_float(&random, -1, 1);
    }
    memcpy(y_before, y, n * sizeof(float));

    cl_device_id device = sample_device(&options);
    double kernel_ms = saxpy_on_device(device, a, x, y, n);
    bool ok = is_saxpy(a, x, y_before, y, n);

    free(y_before);
    free(y);
    free(x);
    return sample_report("saxpy", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%.1f GB/s", 12e-6 * (double)n / kernel_ms), ok);
}
