/* SPDX-License-Identifier: MIT */
/* Conway's Game of Life: two buffers take turns, and the host sees no generation but the
 * last. */
#include "game_of_life_cl.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GENERATIONS 32

static double live_on_device(cl_device_id device, unsigned char *cells, size_t n)
{
    const size_t global[2] = {n, n};
    const size_t bytes = (n + 2) * (n + 2); /* with the border */
    const cl_uchar dead = 0;
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
        boards[i] = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, NULL, &err);
        SAMPLE_CHECK(err);
    }

    /* The queue is in order: nothing needs to wait for anything until the last read.
     * Arguments are taken when a kernel is enqueued, so they may be set anew at once. */
    SAMPLE_CHECK(
        clEnqueueWriteBuffer(queue, boards[0], CL_FALSE, 0, bytes, cells, 0, NULL, NULL));
    SAMPLE_CHECK(clEnqueueFillBuffer(queue, boards[1], &dead, sizeof(dead), 0, bytes, 0,
                                     NULL, NULL));
    for (int i = 0; i < GENERATIONS; i++) {
        SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(cl_mem), &boards[i % 2]));
        SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(cl_mem), &boards[(i + 1) % 2]));
        SAMPLE_CHECK(clEnqueueNDRangeKernel(queue, kernel, 2, NULL, global, NULL, 0, NULL,
                                            &events[i]));
    }
    SAMPLE_CHECK(clEnqueueReadBuffer(queue, boards[GENERATIONS % 2], CL_TRUE, 0, bytes,
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
    const size_t width = n + 2;

    for (size_t y = 1; y <= n; y++) {
        for (size_t x = 1; x <= n; x++) {
            int alive = 0;

            for (size_t row = y - 1; row <= y + 1; row++) {
                for (size_t column = x - 1; column <= x + 1; column++)
                    alive += cells[row * width + column];
            }
            /* The cell itself is among them: it lives on with 3 or 4. */
            next[y * width + x] = alive == 3 || (alive == 4 && cells[y * width + x]);
        }
    }
}

/* Exact. `cells` becomes the expected generation. */
static bool is_alike(unsigned char *cells, const unsigned char *result, size_t n)
{
    const size_t bytes = (n + 2) * (n + 2);
    unsigned char *next = sample_alloc(bytes, 1);

    for (int i = 0; i < GENERATIONS; i++) {
        next_generation(cells, next, n);
        memcpy(cells, next, bytes);
    }
    free(next);

    bool ok = memcmp(cells, result, bytes) == 0;
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
    const size_t n = options.n, width = n + 2;
    unsigned char *cells = sample_alloc(width * width, 1);
    unsigned char *result = sample_alloc(width * width, 1);
    for (size_t y = 1; y <= n; y++) {
        for (size_t x = 1; x <= n; x++)
            cells[y * width + x] = sample_random(&random) % 4 == 0;
    }
    memcpy(result, cells, width * width);

    cl_device_id device = sample_device(&options);
    double kernel_ms = live_on_device(device, result, n);
    bool ok = is_alike(cells, result, n);

    for (size_t i = 0; i < width * width; i++)
        alive += result[i];
    free(result);
    free(cells);
    return sample_report("game_of_life", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%d steps, %zu live", GENERATIONS, alive), ok);
}
