/* SPDX-License-Identifier: MIT */
/* Prefix sums of an array larger than a work-group: work-groups cannot wait for each
 * other, so each scans a block, the block sums are scanned in turn, and a last launch
 * adds them to the blocks. */
#include "prefix_sum_cl.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

#define LOCAL_SIZE 256 /* both as in the kernel */
#define BLOCK      (2 * LOCAL_SIZE)

struct scan {
    cl_context context;
    cl_command_queue queue;
    cl_kernel scan_blocks, add_block_sums;
    double kernel_ms;
};

static cl_mem create_buffer(const struct scan *scan, size_t n)
{
    cl_int err;
    cl_mem buffer =
        clCreateBuffer(scan->context, CL_MEM_READ_WRITE, n * sizeof(cl_uint), NULL, &err);

    SAMPLE_CHECK(err);
    return buffer;
}

static void launch(struct scan *scan, cl_kernel kernel, size_t global,
                   const size_t *local)
{
    cl_event event;

    SAMPLE_CHECK(clEnqueueNDRangeKernel(scan->queue, kernel, 1, NULL, &global, local, 0,
                                        NULL, &event));
    SAMPLE_CHECK(clWaitForEvents(1, &event));
    scan->kernel_ms += sample_event_ms(event);
    clReleaseEvent(event);
}

/* Each level has BLOCK times fewer elements than the one before, until one block holds
 * them all. */
static void scan_level(struct scan *scan, cl_mem in, cl_mem out, size_t n)
{
    const size_t blocks = (n + BLOCK - 1) / BLOCK;
    const size_t local = LOCAL_SIZE;
    const cl_uint n_argument = (cl_uint)n;
    cl_mem sums = create_buffer(scan, blocks);
    cl_mem sums_before = create_buffer(scan, blocks);

    SAMPLE_CHECK(clSetKernelArg(scan->scan_blocks, 0, sizeof(in), &in));
    SAMPLE_CHECK(clSetKernelArg(scan->scan_blocks, 1, sizeof(out), &out));
    SAMPLE_CHECK(clSetKernelArg(scan->scan_blocks, 2, sizeof(sums), &sums));
    SAMPLE_CHECK(clSetKernelArg(scan->scan_blocks, 3, sizeof(n_argument), &n_argument));
    launch(scan, scan->scan_blocks, blocks * local, &local);
    if (blocks > 1) {
        scan_level(scan, sums, sums_before, blocks);
        SAMPLE_CHECK(clSetKernelArg(scan->add_block_sums, 0, sizeof(out), &out));
        SAMPLE_CHECK(
            clSetKernelArg(scan->add_block_sums, 1, sizeof(sums_before), &sums_before));
        launch(scan, scan->add_block_sums, n, NULL);
    }
    clReleaseMemObject(sums_before);
    clReleaseMemObject(sums);
}

static double scan_on_device(cl_device_id device, const cl_uint *in, cl_uint *out,
                             size_t n)
{
    const size_t bytes = n * sizeof(cl_uint);
    struct scan scan = {0};
    cl_int err;

    scan.context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    scan.queue =
        clCreateCommandQueue(scan.context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(scan.context, prefix_sum_cl);
    scan.scan_blocks = clCreateKernel(program, "scan_blocks", &err);
    SAMPLE_CHECK(err);
    scan.add_block_sums = clCreateKernel(program, "add_block_sums", &err);
    SAMPLE_CHECK(err);

    cl_mem buffer_in = create_buffer(&scan, n);
    cl_mem buffer_out = create_buffer(&scan, n);
    SAMPLE_CHECK(clEnqueueWriteBuffer(scan.queue, buffer_in, CL_TRUE, 0, bytes, in, 0,
                                      NULL, NULL));
    scan_level(&scan, buffer_in, buffer_out, n);
    SAMPLE_CHECK(clEnqueueReadBuffer(scan.queue, buffer_out, CL_TRUE, 0, bytes, out, 0,
                                     NULL, NULL));

    clReleaseMemObject(buffer_out);
    clReleaseMemObject(buffer_in);
    clReleaseKernel(scan.add_block_sums);
    clReleaseKernel(scan.scan_blocks);
    clReleaseProgram(program);
    clReleaseCommandQueue(scan.queue);
    clReleaseContext(scan.context);
    return scan.kernel_ms;
}

/* Exact: unsigned sums wrap, so the order of the additions does not matter. */
static bool is_prefix_sum(const cl_uint *in, const cl_uint *out, size_t n)
{
    cl_uint sum = 0;

    for (size_t i = 0; i < n; i++) {
        if (out[i] != sum) {
            fprintf(stderr, "out[%zu] is %u, not %u\n", i, out[i], sum);
            return false;
        }
        sum += in[i];
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Computes the exclusive prefix sums of an array in several launches.",
        .size = "elements",
        .n = 1000000,
        .n_max = 1u << 28,
    };
    uint64_t random = 5;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    cl_uint *in = sample_alloc(n, sizeof(cl_uint));
    cl_uint *out = sample_alloc(n, sizeof(cl_uint));
    for (size_t i = 0; i < n; i++)
        in[i] = sample_random(&random);

    cl_device_id device = sample_device(&options);
    double kernel_ms = scan_on_device(device, in, out, n);
    bool ok = is_prefix_sum(in, out, n);

    free(out);
    free(in);
    return sample_report("prefix_sum", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%.1f M elements/s", (double)n * 1e-3 / kernel_ms),
                         ok);
}
