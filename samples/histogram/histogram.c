/* SPDX-License-Identifier: MIT */
/* A histogram of bytes: atomics in local and in global memory, a buffer that the device
 * zeroes. */
#include "histogram_cl.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

#define BINS       256
#define LOCAL_SIZE 64
#define GROUPS     128

static double count_on_device(cl_device_id device, unsigned char *in, cl_uint n,
                              cl_uint *counts)
{
    const size_t local = LOCAL_SIZE;
    const size_t global = GROUPS * LOCAL_SIZE;
    const size_t bytes = BINS * sizeof(cl_uint);
    const cl_uint share = (n + GROUPS - 1) / GROUPS, zero = 0;
    cl_event event;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, histogram_cl);
    cl_kernel kernel = clCreateKernel(program, "histogram", &err);
    SAMPLE_CHECK(err);

    cl_mem buffer_in =
        clCreateBuffer(context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, n, in, &err);
    SAMPLE_CHECK(err);
    cl_mem buffer_counts = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, NULL, &err);
    SAMPLE_CHECK(err);
    SAMPLE_CHECK(clEnqueueFillBuffer(queue, buffer_counts, &zero, sizeof(zero), 0, bytes,
                                     0, NULL, NULL));

    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(buffer_in), &buffer_in));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(buffer_counts), &buffer_counts));
    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(n), &n));
    SAMPLE_CHECK(clSetKernelArg(kernel, 3, sizeof(share), &share));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 0, NULL, &event));
    SAMPLE_CHECK(clEnqueueReadBuffer(queue, buffer_counts, CL_TRUE, 0, bytes, counts, 0,
                                     NULL, NULL));
    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    clReleaseMemObject(buffer_counts);
    clReleaseMemObject(buffer_in);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

/* Exact. */
static bool is_histogram(const unsigned char *in, size_t n, const cl_uint *counts)
{
    cl_uint expected[BINS] = {0};

    for (size_t i = 0; i < n; i++)
        expected[in[i]]++;
    for (size_t bin = 0; bin < BINS; bin++) {
        if (counts[bin] != expected[bin]) {
            fprintf(stderr, "bin %zu counts %u, not %u\n", bin, counts[bin],
                    expected[bin]);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Counts byte values with local and global atomics.",
        .size = "bytes",
        .n = 16u << 20,
        .n_max = 1u << 30,
    };
    uint64_t random = 6;
    cl_uint counts[BINS];

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    unsigned char *in = sample_alloc(n, 1);
    for (size_t i = 0; i < n; i++) {
        /* The smaller of two bytes: uneven counts, as those of a picture are. */
        uint32_t r = sample_random(&random);
        unsigned char low = r & 0xff, high = r >> 24;

        in[i] = low < high ? low : high;
    }

    cl_device_id device = sample_device(&options);
    double kernel_ms = count_on_device(device, in, (cl_uint)n, counts);
    bool ok = is_histogram(in, n, counts);

    free(in);
    return sample_report("histogram", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%.1f M bytes/s", (double)n * 1e-3 / kernel_ms), ok);
}
