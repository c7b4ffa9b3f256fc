/* SPDX-License-Identifier: MIT */
/* printf in a kernel, and the ids of work-items: which one is where. */
#include "printf_hello_cl.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

#define LOCAL_WIDTH  2
#define LOCAL_HEIGHT 2
#define HEIGHT       4

static double hello_from_device(cl_device_id device, size_t width, cl_int *results)
{
    const size_t global[2] = {width, HEIGHT};
    const size_t local[2] = {LOCAL_WIDTH, LOCAL_HEIGHT};
    const size_t bytes = width * HEIGHT * sizeof(cl_int);
    cl_event event;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, printf_hello_cl);
    cl_kernel kernel = clCreateKernel(program, "printf_hello", &err);
    SAMPLE_CHECK(err);
    cl_mem buffer = clCreateBuffer(context, CL_MEM_WRITE_ONLY, bytes, NULL, &err);
    SAMPLE_CHECK(err);

    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(buffer), &buffer));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 2, NULL, global, local, 0, NULL, &event));
    /* What kernels print appears, at the latest, when the queue has finished. */
    SAMPLE_CHECK(clFinish(queue));
    SAMPLE_CHECK(
        clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, bytes, results, 0, NULL, NULL));
    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    clReleaseMemObject(buffer);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Prints from a kernel where each work-item is.",
        .size = "work-items from left to right, rounded up to an even number",
        .n = 4,
        .n_max = 1024,
    };
    bool ok = true;

    sample_parse(&options, argc, argv);
    const size_t width = (options.n + LOCAL_WIDTH - 1) / LOCAL_WIDTH * LOCAL_WIDTH;
    cl_int *results = sample_alloc(width * HEIGHT, sizeof(cl_int));
    cl_device_id device = sample_device(&options);
    double kernel_ms = hello_from_device(device, width, results);

    /* In OpenCL C, unlike in C, printf returns 0 where it has printed. */
    for (size_t i = 0; i < width * HEIGHT; i++)
        ok = ok && results[i] == 0;
    free(results);
    fflush(stdout);
    return sample_report("printf_hello", device, sample_text("%zux%d", width, HEIGHT),
                         kernel_ms, sample_text("%zu lines", width * HEIGHT), ok);
}
