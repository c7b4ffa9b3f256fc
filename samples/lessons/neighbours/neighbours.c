/* SPDX-License-Identifier: MIT */
/* Lesson 11: two devices, each with one half of a line of numbers. After each step, each
 * half needs one number of the other. */
#include "lesson.h"
#include "neighbours_cl.h"

#include <string.h>

#define HALF  4096
#define STEPS 8
#define PLACE ((HALF + 2) * sizeof(cl_uint)) /* a half, and what lies at its ends */

/* One half: what it is, and what it becomes; they change places. */
struct half {
    cl_command_queue queue;
    cl_mem line, next;
};

static void enqueue_step(const struct lesson *lesson, const struct lesson_step *step,
                         struct half *half)
{
    const size_t global = HALF, local = 64;
    cl_mem line = half->line;
    cl_int err;

    cl_kernel kernel = clCreateKernel(lesson->program, step->kernel, &err);
    SAMPLE_CHECK(err);
    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(half->next), &half->next));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(half->line), &half->line));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(half->queue, kernel, 1, NULL, &global, &local, 0,
                                        NULL, NULL));
    clReleaseKernel(kernel);
    half->line = half->next;
    half->next = line;
}

static void wait_for(struct half halves[2])
{
    SAMPLE_CHECK(clFlush(halves[0].queue));
    SAMPLE_CHECK(clFinish(halves[1].queue));
    SAMPLE_CHECK(clFinish(halves[0].queue));
}

/* The last number of the left half goes before the first of the right one, and that one
 * behind the left half. From device to device: the host never has them. */
static void send_edges(struct half halves[2])
{
    const size_t number = sizeof(cl_uint);

    SAMPLE_CHECK(clEnqueueCopyBuffer(halves[0].queue, halves[0].line, halves[1].line,
                                     HALF * number, 0, number, 0, NULL, NULL));
    SAMPLE_CHECK(clEnqueueCopyBuffer(halves[1].queue, halves[1].line, halves[0].line,
                                     number, (HALF + 1) * number, number, 0, NULL, NULL));
    wait_for(halves);
}

/* The same, the long way: the host reads both halves, and writes them back. */
static void send_halves(struct half halves[2])
{
    static cl_uint left[HALF + 2], right[HALF + 2];

    SAMPLE_CHECK(clEnqueueReadBuffer(halves[0].queue, halves[0].line, CL_TRUE, 0, PLACE,
                                     left, 0, NULL, NULL));
    SAMPLE_CHECK(clEnqueueReadBuffer(halves[1].queue, halves[1].line, CL_TRUE, 0, PLACE,
                                     right, 0, NULL, NULL));
    left[HALF + 1] = right[1];
    right[0] = left[HALF];
    SAMPLE_CHECK(clEnqueueWriteBuffer(halves[0].queue, halves[0].line, CL_TRUE, 0, PLACE,
                                      left, 0, NULL, NULL));
    SAMPLE_CHECK(clEnqueueWriteBuffer(halves[1].queue, halves[1].line, CL_TRUE, 0, PLACE,
                                      right, 0, NULL, NULL));
}

/* What plain C makes of the whole line, between two numbers that stay 0. */
static void expect(cl_uint *line)
{
    static cl_uint next[2 * HALF + 2];

    for (unsigned step = 0; step < STEPS; step++) {
        for (size_t i = 1; i <= 2 * HALF; i++)
            next[i] = line[i - 1] + line[i + 1];
        memcpy(line, next, sizeof(next));
    }
}

static bool run(const struct lesson *lesson, const struct lesson_step *step,
                void (*send)(struct half halves[2]))
{
    static cl_uint line[2 * HALF + 2], result[2 * HALF + 2];
    struct half halves[2];
    uint64_t random = 11;

    for (size_t i = 1; i <= 2 * HALF; i++)
        line[i] = sample_random(&random);
    /* Both places of a half begin as the line, so that its outer end is 0 in either. */
    for (unsigned i = 0; i < 2; i++) {
        halves[i].queue = lesson->queues[i % lesson->num_devices];
        halves[i].line = lesson_buffer(lesson, line + i * HALF, PLACE);
        halves[i].next = lesson_buffer(lesson, line + i * HALF, PLACE);
    }
    for (unsigned k = 0; k < STEPS; k++) {
        enqueue_step(lesson, step, &halves[0]);
        enqueue_step(lesson, step, &halves[1]);
        wait_for(halves);
        send(halves);
    }
    for (unsigned i = 0; i < 2; i++) {
        SAMPLE_CHECK(clEnqueueReadBuffer(halves[i].queue, halves[i].line, CL_TRUE,
                                         sizeof(cl_uint), HALF * sizeof(cl_uint),
                                         result + 1 + i * HALF, 0, NULL, NULL));
        clReleaseMemObject(halves[i].next);
        clReleaseMemObject(halves[i].line);
    }
    expect(line);
    return lesson_compare(step, result + 1, line + 1, (size_t)2 * HALF);
}

static bool run_edges(const struct lesson *lesson, const struct lesson_step *step)
{
    return run(lesson, step, send_edges);
}

static bool run_halves(const struct lesson *lesson, const struct lesson_step *step)
{
    return run(lesson, step, send_halves);
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"send_edges", run_edges, 0, false},
        {"send_halves", run_halves, 0, false},
    };

    return lesson_main(argc, argv, neighbours_cl, "", steps, LESSON_COUNT(steps));
}
