/* SPDX-License-Identifier: MIT */
/* Lesson 8: a sum in six versions. */
#include "lesson.h"
#include "reductions_cl.h"

#define N     16384
#define GROUP 256 /* as in the kernels */

/* The parameter: how many numbers each work-item takes. */
static bool run(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint in[N], sums[N / GROUP];
    const size_t global[2] = {N / step->parameter}, local[2] = {GROUP};
    const size_t num_sums = global[0] / GROUP;
    cl_uint sum = 0, expected = 0;
    uint64_t random = 8;

    for (size_t i = 0; i < N; i++)
        expected += in[i] = sample_random(&random);
    cl_mem from = lesson_buffer(lesson, in, sizeof(in));
    cl_mem to = lesson_buffer(lesson, NULL, num_sums * sizeof(*sums));
    const struct lesson_argument arguments[] = {LESSON_VALUE(to), LESSON_VALUE(from)};

    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, to, sums, num_sums * sizeof(*sums));
    for (size_t i = 0; i < num_sums; i++)
        sum += sums[i];
    clReleaseMemObject(to);
    clReleaseMemObject(from);
    return lesson_compare(step, &sum, &expected, 1);
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"interleaved", run, 1, false},    {"interleaved_index", run, 1, false},
        {"sequential", run, 1, false},     {"add_on_load", run, 2, false},
        {"last_sub_group", run, 2, false}, {"several_each", run, 8, false},
    };

    return lesson_main(argc, argv, reductions_cl, "-cl-std=CL3.0", steps,
                       LESSON_COUNT(steps));
}
