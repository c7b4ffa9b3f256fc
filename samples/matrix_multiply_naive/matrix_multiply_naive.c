/* SPDX-License-Identifier: MIT */
/* C = A * B the obvious way: two dimensions, one work-item per element of C. */
#include "matrix.h"
#include "matrix_multiply_naive_cl.h"

#include <stdlib.h>

static double multiply_on_device(cl_device_id device, float *c, float *a, float *b,
                                 size_t n)
{
    const size_t bytes = n * n * sizeof(float);
    const size_t global[2] = {n, n};
    const cl_uint n_argument = (cl_uint)n;
    cl_event event;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, matrix_multiply_naive_cl);
    cl_kernel kernel = clCreateKernel(program, "matrix_multiply_naive", &err);
    SAMPLE_CHECK(err);

    cl_mem buffer_c = clCreateBuffer(context, CL_MEM_WRITE_ONLY, bytes, NULL, &err);
    SAMPLE_CHECK(err);
    cl_mem buffer_a =
        clCreateBuffer(context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, bytes, a, &err);
    SAMPLE_CHECK(err);
    cl_mem buffer_b =
        clCreateBuffer(context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, bytes, b, &err);
    SAMPLE_CHECK(err);
    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(buffer_c), &buffer_c));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(buffer_a), &buffer_a));
    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(buffer_b), &buffer_b));
    SAMPLE_CHECK(clSetKernelArg(kernel, 3, sizeof(n_argument), &n_argument));

    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 2, NULL, global, NULL, 0, NULL, &event));
    SAMPLE_CHECK(
        clEnqueueReadBuffer(queue, buffer_c, CL_TRUE, 0, bytes, c, 0, NULL, NULL));
    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    clReleaseMemObject(buffer_b);
    clReleaseMemObject(buffer_a);
    clReleaseMemObject(buffer_c);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Multiplies two square matrices, one element per work-item.",
        .size = "rows and columns",
        .n = 512,
        .n_max = MATRIX_MAX_N,
    };
    uint64_t random = 3;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    float *a = matrix_random(n, &random);
    float *b = matrix_random(n, &random);
    float *c = sample_alloc(n * n, sizeof(float));

    cl_device_id device = sample_device(&options);
    double kernel_ms = multiply_on_device(device, c, a, b, n);
    bool ok = matrix_is_product(c, a, b, n);

    free(c);
    free(b);
    free(a);
    double operations = 2.0 * (double)n * (double)n * (double)n;
    return sample_report("matrix_multiply_naive", device, sample_text("n=%zu", n),
                         kernel_ms,
                         sample_text("%.2f GFLOP/s", operations * 1e-6 / kernel_ms), ok);
}
