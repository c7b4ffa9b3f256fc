/* SPDX-License-Identifier: MIT */
/* The first OpenCL program: c = a + b, with every call that OpenCL asks for written out.
 * The other samples leave finding a device and building the program to samples/common. */
#include "sample.h"
#include "vector_add_cl.h"

#include <stdio.h>
#include <stdlib.h>

#define LOCAL_SIZE 64

/* The first GPU of the first platform that has one; where nobody has one, the first
 * device at all. */
static cl_device_id find_device(void)
{
    cl_platform_id platforms[16];
    cl_device_id device;
    cl_uint count = 0;

    SAMPLE_CHECK(clGetPlatformIDs(16, platforms, &count));
    if (count == 0)
        sample_fail("no OpenCL platform found");
    for (cl_uint p = 0; p < count && p < 16; p++) {
        if (clGetDeviceIDs(platforms[p], CL_DEVICE_TYPE_GPU, 1, &device, NULL) ==
            CL_SUCCESS)
            return device;
    }
    SAMPLE_CHECK(clGetDeviceIDs(platforms[0], CL_DEVICE_TYPE_ALL, 1, &device, NULL));
    return device;
}

static cl_program build_program(cl_context context, cl_device_id device)
{
    const char *source = vector_add_cl;
    char log[4096] = "";
    cl_int err;

    cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, &err);
    SAMPLE_CHECK(err);
    if (clBuildProgram(program, 1, &device, "", NULL, NULL) != CL_SUCCESS) {
        clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, sizeof(log), log,
                              NULL);
        sample_fail("vector_add.cl does not build:\n%s", log);
    }
    return program;
}

static double add_on_device(cl_device_id device, const float *a, const float *b, float *c,
                            cl_uint n)
{
    const size_t bytes = n * sizeof(float);
    const size_t local = LOCAL_SIZE;
    const size_t global = (n + local - 1) / local * local;
    cl_event event;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = build_program(context, device);
    cl_kernel kernel = clCreateKernel(program, "vector_add", &err);
    SAMPLE_CHECK(err);

    cl_mem buffer_a = clCreateBuffer(context, CL_MEM_READ_ONLY, bytes, NULL, &err);
    SAMPLE_CHECK(err);
    cl_mem buffer_b = clCreateBuffer(context, CL_MEM_READ_ONLY, bytes, NULL, &err);
    SAMPLE_CHECK(err);
    cl_mem buffer_c = clCreateBuffer(context, CL_MEM_WRITE_ONLY, bytes, NULL, &err);
    SAMPLE_CHECK(err);
    SAMPLE_CHECK(
        clEnqueueWriteBuffer(queue, buffer_a, CL_TRUE, 0, bytes, a, 0, NULL, NULL));
    SAMPLE_CHECK(
        clEnqueueWriteBuffer(queue, buffer_b, CL_TRUE, 0, bytes, b, 0, NULL, NULL));

    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(buffer_a), &buffer_a));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(buffer_b), &buffer_b));
    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(buffer_c), &buffer_c));
    SAMPLE_CHECK(clSetKernelArg(kernel, 3, sizeof(n), &n));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 0, NULL, &event));
    SAMPLE_CHECK(
        clEnqueueReadBuffer(queue, buffer_c, CL_TRUE, 0, bytes, c, 0, NULL, NULL));

    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    clReleaseMemObject(buffer_c);
    clReleaseMemObject(buffer_b);
    clReleaseMemObject(buffer_a);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

/* Exact: OpenCL's + is correctly rounded, as C's is. */
static bool is_sum(const float *a, const float *b, const float *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float expected = a[i] + b[i];

        if (c[i] != expected) {
            fprintf(stderr, "c[%zu] is %g, not %g\n", i, c[i], expected);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Adds two vectors: the first OpenCL program.",
        .size = "elements",
        .n = 4000000,
        .n_max = 1u << 28,
    };
    uint64_t random = 1;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    float *a = sample_alloc(n, sizeof(float));
    float *b = sample_alloc(n, sizeof(float));
    float *c = sample_alloc(n, sizeof(float));
    for (size_t i = 0; i < n; i++) {
        a[i] = sample_random_float(&random, -1, 1);
        b[i] = sample_random_float(&random, -1, 1);
    }

    cl_device_id device = options.device == 0 ? find_device() : sample_device(&options);
    double kernel_ms = add_on_device(device, a, b, c, (cl_uint)n);
    bool ok = is_sum(a, b, c, n);

    free(c);
    free(b);
    free(a);
    return sample_report("vector_add", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%.1f GB/s", 12e-6 * (double)n / kernel_ms), ok);
}
