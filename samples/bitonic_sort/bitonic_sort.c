/* SPDX-License-Identifier: MIT */
/* A sort in many launches: steps between work-groups need one each, steps within a
 * work-group share one, with barriers. Kernels call functions that wait at barriers. */
#include "bitonic_sort_cl.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCAL_SIZE 256
#define BLOCK      ((size_t)2 * LOCAL_SIZE)

struct sorter {
    cl_command_queue queue;
    cl_kernel sort_blocks, merge_far, merge_near;
    size_t pairs; /* half as many as there are keys */
    double kernel_ms;
};

/* In order: each step sees what the one before it wrote. Waiting for the time of each
 * launch costs some speed, and no more memory however many there are. */
static void launch(struct sorter *sorter, cl_kernel kernel)
{
    const size_t local = LOCAL_SIZE;
    cl_event event;

    SAMPLE_CHECK(clEnqueueNDRangeKernel(sorter->queue, kernel, 1, NULL, &sorter->pairs,
                                        &local, 0, NULL, &event));
    SAMPLE_CHECK(clWaitForEvents(1, &event));
    sorter->kernel_ms += sample_event_ms(event);
    clReleaseEvent(event);
}

static void sort(struct sorter *sorter)
{
    const size_t count = 2 * sorter->pairs;

    launch(sorter, sorter->sort_blocks);
    for (cl_uint size = 2 * BLOCK; size <= count; size *= 2) {
        SAMPLE_CHECK(clSetKernelArg(sorter->merge_far, 1, sizeof(size), &size));
        SAMPLE_CHECK(clSetKernelArg(sorter->merge_near, 1, sizeof(size), &size));
        for (cl_uint distance = size / 2; distance >= BLOCK; distance /= 2) {
            SAMPLE_CHECK(
                clSetKernelArg(sorter->merge_far, 2, sizeof(distance), &distance));
            launch(sorter, sorter->merge_far);
        }
        launch(sorter, sorter->merge_near);
    }
}

static cl_kernel make_kernel(cl_program program, const char *name, cl_mem keys)
{
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, name, &err);

    SAMPLE_CHECK(err);
    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(keys), &keys));
    return kernel;
}

/* `count` is a power of two, and at least BLOCK. */
static double sort_on_device(cl_device_id device, cl_uint *keys, size_t count)
{
    const size_t bytes = count * sizeof(cl_uint);
    struct sorter sorter = {.pairs = count / 2};
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    sorter.queue = clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, bitonic_sort_cl);
    cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                   bytes, keys, &err);
    SAMPLE_CHECK(err);
    sorter.sort_blocks = make_kernel(program, "sort_blocks", buffer);
    sorter.merge_far = make_kernel(program, "merge_far", buffer);
    sorter.merge_near = make_kernel(program, "merge_near", buffer);

    sort(&sorter);
    SAMPLE_CHECK(clEnqueueReadBuffer(sorter.queue, buffer, CL_TRUE, 0, bytes, keys, 0,
                                     NULL, NULL));

    clReleaseKernel(sorter.merge_near);
    clReleaseKernel(sorter.merge_far);
    clReleaseKernel(sorter.sort_blocks);
    clReleaseMemObject(buffer);
    clReleaseProgram(program);
    clReleaseCommandQueue(sorter.queue);
    clReleaseContext(context);
    return sorter.kernel_ms;
}

static int compare(const void *a, const void *b)
{
    const cl_uint x = *(const cl_uint *)a, y = *(const cl_uint *)b;

    return (x > y) - (x < y);
}

static bool is_sorted(const cl_uint *sorted, cl_uint *keys, size_t n)
{
    qsort(keys, n, sizeof(*keys), compare);
    for (size_t i = 0; i < n; i++) {
        if (sorted[i] != keys[i]) {
            fprintf(stderr, "key %zu is %u, not %u\n", i, sorted[i], keys[i]);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Sorts numbers by a bitonic network.",
        .size = "numbers",
        .n = 1000000,
        .n_max = 1u << 26,
    };
    uint64_t random = 18;
    size_t count = BLOCK;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    while (count < n)
        count *= 2;
    cl_uint *keys = sample_alloc(n, sizeof(cl_uint));
    cl_uint *sorted = sample_alloc(count, sizeof(cl_uint));
    for (size_t i = 0; i < n; i++)
        keys[i] = sample_random(&random);
    memcpy(sorted, keys, n * sizeof(cl_uint));
    /* What fills up to a power of two is sorted to the end. */
    memset(sorted + n, 0xff, (count - n) * sizeof(cl_uint));

    cl_device_id device = sample_device(&options);
    double kernel_ms = sort_on_device(device, sorted, count);
    bool ok = is_sorted(sorted, keys, n);

    free(sorted);
    free(keys);
    return sample_report("bitonic_sort", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%.1f M keys/s", (double)n * 1e-3 / kernel_ms), ok);
}
