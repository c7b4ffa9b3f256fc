/* SPDX-License-Identifier: MIT */
/* The sum of an array in two launches of one kernel: many work-groups leave a sum each,
 * then one work-group sums those. Local memory is an argument whose size the host
 * chooses. */
#include "reduction_cl.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

#define LOCAL_SIZE 256 /* the tree halves it: a power of two */
#define GROUPS     128

static void enqueue_sum(cl_command_queue queue, cl_kernel kernel, cl_mem in, cl_mem sums,
                        cl_uint n, size_t groups, cl_event *event)
{
    const size_t local = LOCAL_SIZE;
    const size_t global = groups * local;
    const cl_uint share = (cl_uint)((n + groups - 1) / groups);

    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(in), &in));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(sums), &sums));
    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(n), &n));
    SAMPLE_CHECK(clSetKernelArg(kernel, 3, sizeof(share), &share));
    SAMPLE_CHECK(clSetKernelArg(kernel, 4, LOCAL_SIZE * sizeof(cl_uint), NULL));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 0, NULL, event));
}

static double sum_on_device(cl_device_id device, cl_uint *in, cl_uint n, cl_uint *sum)
{
    cl_event events[2];
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, reduction_cl);
    cl_kernel kernel = clCreateKernel(program, "reduction", &err);
    SAMPLE_CHECK(err);

    cl_mem buffer_in = clCreateBuffer(context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                                      n * sizeof(cl_uint), in, &err);
    SAMPLE_CHECK(err);
    cl_mem group_sums =
        clCreateBuffer(context, CL_MEM_READ_WRITE, GROUPS * sizeof(cl_uint), NULL, &err);
    SAMPLE_CHECK(err);
    cl_mem total =
        clCreateBuffer(context, CL_MEM_READ_WRITE, sizeof(cl_uint), NULL, &err);
    SAMPLE_CHECK(err);

    /* The queue is in order: the second launch sees all that the first one wrote. */
    enqueue_sum(queue, kernel, buffer_in, group_sums, n, GROUPS, &events[0]);
    enqueue_sum(queue, kernel, group_sums, total, GROUPS, 1, &events[1]);
    SAMPLE_CHECK(
        clEnqueueReadBuffer(queue, total, CL_TRUE, 0, sizeof(*sum), sum, 0, NULL, NULL));
    double kernel_ms = sample_event_ms(events[0]) + sample_event_ms(events[1]);

    clReleaseEvent(events[1]);
    clReleaseEvent(events[0]);
    clReleaseMemObject(total);
    clReleaseMemObject(group_sums);
    clReleaseMemObject(buffer_in);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Sums an array through local memory.",
        .size = "elements",
        .n = 16u << 20,
        .n_max = 1u << 28,
    };
    uint64_t random = 4;
    cl_uint expected = 0, sum = 0;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    cl_uint *in = sample_alloc(n, sizeof(cl_uint));
    for (size_t i = 0; i < n; i++) {
        in[i] = sample_random(&random);
        expected += in[i];
    }

    cl_device_id device = sample_device(&options);
    double kernel_ms = sum_on_device(device, in, (cl_uint)n, &sum);

    /* Exact: unsigned sums wrap, so the order of the additions does not matter. */
    if (sum != expected)
        fprintf(stderr, "the sum is %u, not %u\n", sum, expected);
    free(in);
    return sample_report("reduction", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%.1f GB/s", 4e-6 * (double)n / kernel_ms),
                         sum == expected);
}
