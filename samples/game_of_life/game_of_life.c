/* SPDX-License-Identifier: MIT */
/* Conway's Game of Life on a torus: two buffers take turns, and
 * the host sees no generation but the last. */
#include "game_of_life_cl.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GENERATIONS 32

static double live_on_device(cl_device_id device, unsigned char *cells, size_t n)
{
    const size_t global[2] = {n, n};
    double kernel_ms = 0;
    cl_event events[GENERATIONS];
    cl_mem boards[2];
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, game_of_life_cl);
    cl_kernel kernel = clCreateKernel(program, "game_of_life", &err);
    SAMPLE_CHECK(err);
    for (int i = 0; i < 2; i++) {
        boards[i] = clCreateBuffer(context, CL_MEM_READ_WRITE, n * n, NULL, &err);
        SAMPLE_CHECK(err);
    }

    /* The queue is in order: nothing needs to wait for anything until the last read.
     * Arguments are taken when a kernel is enqueued, so they may be set anew at once. */
    SAMPLE_CHECK(
        clEnqueueWriteBuffer(queue, boards[0], CL_FALSE, 0, n * n, cells, 0, NULL, NULL));
    for (int i = 0; i < GENERATIONS; i++) {
        SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(cl_mem), &boards[i % 2]));
        SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(cl_mem), &boards[(i + 1) % 2]));
        SAMPLE_CHECK(clEnqueueNDRangeKernel(queue, kernel, 2, NULL, global, NULL, 0, NULL,
                                            &events[i]));
    }
    SAMPLE_CHECK(clEnqueueReadBuffer(queue, boards[GENERATIONS % 2], CL_TRUE, 0, n * n,
                                     cells, 0, NULL, NULL));

    for (int i = 0; i < GENERATIONS; i++) {
        kernel_ms += sample_event_ms(events[i]);
        clReleaseEvent(events[i]);
    }
    clReleaseMemObject(boards[1]);
    clReleaseMemObject(boards[0]);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

static void next_generation(const unsigned char *cells, unsigned char *next, size_t n)
{
    for (size_t y = 0; y < n; y++) {
        const unsigned char *rows[3] = {cells + (y + n - 1) % n * n, cells + y * n,
                                        cells + (y + 1) % n * n};

        for (size_t x = 0; x < n; x++) {
            size_t left = x > 0 ? x - 1 : n - 1, right = x + 1 < n ? x + 1 : 0;
            int alive = 0;

            for (int i = 0; i < 3; i++)
                alive += rows[i][left] + rows[i][x] + rows[i][right];
            /* Here the cell counts itself: it lives on with 3 or 4, and is born with 3.
             */
            next[y * n + x] = alive == 3 || (alive == 4 && rows[1][x]);
        }
    }
}

/* Exact. `cells` becomes the expected generation. */
static bool is_alike(unsigned char *cells, const unsigned char *result, size_t n)
{
    unsigned char *next = sample_alloc(n * n, 1);

    for (int i = 0; i < GENERATIONS; i++) {
        next_generation(cells, next, n);
        memcpy(cells, next, n * n);
    }
    free(next);

    bool ok = memcmp(cells, result, n * n) == 0;
    if (!ok)
        fprintf(stderr, "the last generation differs from plain C's\n");
    return ok;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Plays Conway's Game of Life.",
        .size = "rows and columns",
        .n = 1024,
        .n_max = 16384,
    };
    uint64_t random = 8;
    size_t alive = 0;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    unsigned char *cells = sample_alloc(n * n, 1);
    unsigned char *result = sample_alloc(n * n, 1);
    for (size_t i = 0; i < n * n; i++)
        cells[i] = result[i] = sample_random(&random) % 4 == 0;

    cl_device_id device = sample_device(&options);
    double kernel_ms = live_on_device(device, result, n);
    bool ok = is_alike(cells, result, n);

    for (size_t i = 0; i < n * n; i++)
        alive += result[i];
    free(result);
    free(cells);
    return sample_report("game_of_life", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%d steps, %zu live", GENERATIONS, alive), ok);
}
