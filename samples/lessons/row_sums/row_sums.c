/* SPDX-License-Identifier: MIT */
/* Lesson 12: one kernel, from its first version on. */
#include "lesson.h"
#include "row_sums_cl.h"

#define SIDE 256 /* as in the kernels */

/* The parameter: work-items for each row. */
static bool run(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint in[SIDE * SIDE];
    cl_uint sums[SIDE], expected[SIDE] = {0};
    const size_t global[2] = {SIDE * step->parameter}, local[2] = {SIDE};
    uint64_t random = 12;

    for (size_t i = 0; i < SIDE * SIDE; i++) {
        in[i] = sample_random(&random);
        expected[i / SIDE] += in[i];
    }
    cl_mem from = lesson_buffer(lesson, in, sizeof(in));
    cl_mem to = lesson_buffer(lesson, NULL, sizeof(sums));
    const struct lesson_argument arguments[] = {LESSON_VALUE(to), LESSON_VALUE(from)};

    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, to, sums, sizeof(sums));
    clReleaseMemObject(to);
    clReleaseMemObject(from);
    return lesson_compare(step, sums, expected, SIDE);
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"first", run, 1, true},
        {"second", run, 1, false},
        {"third", run, SIDE, false},
    };

    return lesson_main(argc, argv, row_sums_cl, "", steps, LESSON_COUNT(steps));
}
