/* SPDX-License-Identifier: MIT */
/* Lesson 3: global, local and constant memory. */
#include "lesson.h"
#include "memories_cl.h"

#define N          4096
#define NEIGHBOURS 8 /* as in the kernels */
#define GROUP      64

/* The parameter: the largest weight. */
static bool run(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint in[N + GROUP], out[N], expected[N];
    const size_t global[2] = {N}, local[2] = {GROUP};
    cl_uint weights[NEIGHBOURS];
    uint64_t random = 3;

    for (size_t i = 0; i < LESSON_COUNT(in); i++)
        in[i] = sample_random(&random);
    for (cl_uint k = 0; k < NEIGHBOURS; k++)
        weights[k] = k < step->parameter ? 1 + k : 1;
    for (size_t i = 0; i < N; i++) {
        expected[i] = 0;
        for (size_t k = 0; k < NEIGHBOURS; k++)
            expected[i] += weights[k] * in[i + k];
    }
    cl_mem from = lesson_buffer(lesson, in, sizeof(in));
    cl_mem to = lesson_buffer(lesson, NULL, sizeof(out));
    cl_mem constant = lesson_buffer(lesson, weights, sizeof(weights));
    const struct lesson_argument arguments[] = {LESSON_VALUE(to), LESSON_VALUE(from),
                                                LESSON_VALUE(constant)};

    lesson_launch(lesson, step, global, local, arguments, step->parameter ? 3 : 2);
    lesson_read(lesson, to, out, sizeof(out));
    clReleaseMemObject(constant);
    clReleaseMemObject(to);
    clReleaseMemObject(from);
    return lesson_compare(step, out, expected, N);
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"from_global", run, 0, false},
        {"from_local", run, 0, false},
        {"with_weights", run, NEIGHBOURS, false},
    };

    return lesson_main(argc, argv, memories_cl, "", steps, LESSON_COUNT(steps));
}
