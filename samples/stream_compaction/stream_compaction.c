/* SPDX-License-Identifier: MIT */
/* Sub-groups: the kernel keeps some of many numbers. Needs OpenCL C 3.0, and a device
 * that has sub-groups. */
#include "sample.h"
#include "stream_compaction_cl.h"

#include <stdio.h>
#include <stdlib.h>

#define LOCAL_SIZE 256
#define LIMIT      (UINT32_MAX / 3)

static cl_program build(cl_context context)
{
    const char *source = stream_compaction_cl;
    cl_int err;

    cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, &err);
    SAMPLE_CHECK(err);
    /* Without the option it is OpenCL C 1.2, which has no sub-groups. */
    sample_check_build(program,
                       clBuildProgram(program, 0, NULL, "-cl-std=CL3.0", NULL, NULL));
    return program;
}

static cl_mem make_buffer(cl_context context, cl_mem_flags flags, size_t size, void *from)
{
    cl_int err;
    cl_mem buffer = clCreateBuffer(context, flags, size, from, &err);

    SAMPLE_CHECK(err);
    return buffer;
}

static double compact_on_device(cl_device_id device, cl_uint *in, cl_uint n, cl_uint *out,
                                cl_uint *count)
{
    const size_t bytes = n * sizeof(cl_uint), local = LOCAL_SIZE;
    const size_t global = (n + local - 1) / local * local;
    const cl_uint limit = LIMIT;
    cl_event event;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = build(context);
    cl_kernel kernel = clCreateKernel(program, "stream_compaction", &err);
    SAMPLE_CHECK(err);
    cl_mem from =
        make_buffer(context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, bytes, in);
    cl_mem to = make_buffer(context, CL_MEM_WRITE_ONLY, bytes, NULL);
    cl_mem counter = make_buffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                 sizeof(*count), count);

    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(from), &from));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(n), &n));
    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(limit), &limit));
    SAMPLE_CHECK(clSetKernelArg(kernel, 3, sizeof(to), &to));
    SAMPLE_CHECK(clSetKernelArg(kernel, 4, sizeof(counter), &counter));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 0, NULL, &event));
    SAMPLE_CHECK(clEnqueueReadBuffer(queue, counter, CL_TRUE, 0, sizeof(*count), count, 0,
                                     NULL, NULL));
    SAMPLE_CHECK(clEnqueueReadBuffer(queue, to, CL_TRUE, 0, bytes, out, 0, NULL, NULL));
    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    clReleaseMemObject(counter);
    clReleaseMemObject(to);
    clReleaseMemObject(from);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

static int compare(const void *a, const void *b)
{
    const cl_uint x = *(const cl_uint *)a, y = *(const cl_uint *)b;

    return (x > y) - (x < y);
}

/* Which sub-group comes first is not said, so the order is free. Leaves `out` sorted. */
static bool is_compacted(const cl_uint *in, size_t n, cl_uint *out, size_t count)
{
    cl_uint *expected = sample_alloc(n, sizeof(*expected));
    size_t kept = 0;
    bool ok;

    for (size_t i = 0; i < n; i++)
        if (in[i] < LIMIT)
            expected[kept++] = in[i];
    ok = kept == count;
    if (!ok)
        fprintf(stderr, "%zu numbers are kept, not %zu\n", count, kept);
    qsort(expected, kept, sizeof(*expected), compare);
    if (ok)
        qsort(out, count, sizeof(*out), compare);
    for (size_t i = 0; ok && i < kept; i++) {
        ok = out[i] == expected[i];
        if (!ok)
            fprintf(stderr, "number %zu by size is %u, not %u\n", i, out[i], expected[i]);
    }
    free(expected);
    return ok;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Keeps a third of many numbers, by scans and sums of sub-groups.",
        .size = "numbers",
        .n = 1u << 22,
        .n_max = 1u << 28,
    };
    uint64_t random = 23;
    cl_uint count = 0;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    cl_uint *in = sample_alloc(n, sizeof(*in));
    cl_uint *out = sample_alloc(n, sizeof(*out));
    for (size_t i = 0; i < n; i++)
        in[i] = sample_random(&random);

    cl_device_id device = sample_device(&options);
    double kernel_ms = compact_on_device(device, in, (cl_uint)n, out, &count);
    bool ok = is_compacted(in, n, out, count);

    free(out);
    free(in);
    return sample_report(
        "stream_compaction", device, sample_text("n=%zu kept=%u", n, count), kernel_ms,
        sample_text("%.1f M numbers/s", (double)n * 1e-3 / kernel_ms), ok);
}
