/* SPDX-License-Identifier: MIT */
/* A matrix transposed by two kernels of one program: naive, and through tiles in local
 * memory. */
#include "sample.h"
#include "transpose_cl.h"

#include <stdio.h>
#include <stdlib.h>

#define TILE 16 /* as in the kernel */

struct transposer {
    cl_command_queue queue;
    cl_program program;
    cl_mem in, out;
    size_t n;
};

/* Runs one of the kernels, reads its result, and forgets it on the device. */
static double transpose(const struct transposer *t, const char *kernel_name,
                        const size_t global[2], const size_t *local, float *result)
{
    const size_t bytes = t->n * t->n * sizeof(float);
    const cl_uint n_argument = (cl_uint)t->n;
    const float nothing = -1;
    cl_event event;
    cl_int err;

    cl_kernel kernel = clCreateKernel(t->program, kernel_name, &err);
    SAMPLE_CHECK(err);
    SAMPLE_CHECK(clEnqueueFillBuffer(t->queue, t->out, &nothing, sizeof(nothing), 0,
                                     bytes, 0, NULL, NULL));
    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(t->out), &t->out));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(t->in), &t->in));
    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(n_argument), &n_argument));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(t->queue, kernel, 2, NULL, global, local, 0, NULL,
                                        &event));
    SAMPLE_CHECK(
        clEnqueueReadBuffer(t->queue, t->out, CL_TRUE, 0, bytes, result, 0, NULL, NULL));
    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    clReleaseKernel(kernel);
    return kernel_ms;
}

static void transpose_on_device(cl_device_id device, float *in, float *naive,
                                float *tiled, size_t n, double kernel_ms[2])
{
    const size_t rounded_up = (n + TILE - 1) / TILE * TILE;
    const size_t exact_global[2] = {n, n};
    const size_t tiled_global[2] = {rounded_up, rounded_up};
    const size_t tile[2] = {TILE, TILE};
    const size_t bytes = n * n * sizeof(float);
    struct transposer t = {.n = n};
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    t.queue = clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    t.program = sample_program(context, transpose_cl);
    t.in =
        clCreateBuffer(context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, bytes, in, &err);
    SAMPLE_CHECK(err);
    t.out = clCreateBuffer(context, CL_MEM_WRITE_ONLY, bytes, NULL, &err);
    SAMPLE_CHECK(err);

    kernel_ms[0] = transpose(&t, "transpose_naive", exact_global, NULL, naive);
    kernel_ms[1] = transpose(&t, "transpose_tiled", tiled_global, tile, tiled);

    clReleaseMemObject(t.out);
    clReleaseMemObject(t.in);
    clReleaseProgram(t.program);
    clReleaseCommandQueue(t.queue);
    clReleaseContext(context);
}

/* Exact: elements are only moved. */
static bool is_transposed(const char *kernel_name, const float *in, const float *out,
                          size_t n)
{
    for (size_t y = 0; y < n; y++) {
        for (size_t x = 0; x < n; x++) {
            if (out[x * n + y] != in[y * n + x]) {
                fprintf(stderr, "%s: out[%zu][%zu] is %g, not %g\n", kernel_name, x, y,
                        out[x * n + y], in[y * n + x]);
                return false;
            }
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Transposes a matrix, naively and through tiles in local memory.",
        .size = "rows and columns",
        .n = 2048,
        .n_max = 16384,
    };
    uint64_t random = 7;
    double kernel_ms[2];

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    float *in = sample_alloc(n * n, sizeof(float));
    float *naive = sample_alloc(n * n, sizeof(float));
    float *tiled = sample_alloc(n * n, sizeof(float));
    for (size_t i = 0; i < n * n; i++)
        in[i] = sample_random_float(&random, 0, 1);

    cl_device_id device = sample_device(&options);
    transpose_on_device(device, in, naive, tiled, n, kernel_ms);
    bool ok = is_transposed("transpose_naive", in, naive, n) &&
              is_transposed("transpose_tiled", in, tiled, n);

    free(tiled);
    free(naive);
    free(in);
    return sample_report(
        "transpose", device, sample_text("n=%zu", n), kernel_ms[0] + kernel_ms[1],
        sample_text("naive %.2f tiled %.2f ms", kernel_ms[0], kernel_ms[1]), ok);
}
