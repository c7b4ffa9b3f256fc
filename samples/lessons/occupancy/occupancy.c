/* SPDX-License-Identifier: MIT */
/* Lesson 9: how much of a compute unit a kernel can fill. */
#include "lesson.h"
#include "occupancy_cl.h"

#define N 3072 /* a multiple of every local size */

/* The parameter: the local size. */
static bool run(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint in[N], out[N], expected[N];
    const size_t group = step->parameter;
    const size_t global[2] = {N}, local[2] = {group};

    for (size_t i = 0; i < N; i++) {
        in[i] = (cl_uint)i;
        expected[i] = (cl_uint)(i / group * group + group - 1 - i % group);
    }
    cl_mem from = lesson_buffer(lesson, in, sizeof(in));
    cl_mem to = lesson_buffer(lesson, NULL, sizeof(out));
    const struct lesson_argument arguments[] = {LESSON_VALUE(to), LESSON_VALUE(from)};

    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, to, out, sizeof(out));
    clReleaseMemObject(to);
    clReleaseMemObject(from);
    return lesson_compare(step, out, expected, N);
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"local_2k", run, 64, false},       {"local_4k", run, 64, false},
        {"local_16k", run, 64, false},      {"local_33k", run, 256, false},
        {"groups_of_32", run, 32, false},   {"groups_of_96", run, 96, false},
        {"groups_of_768", run, 768, false},
    };

    return lesson_main(argc, argv, occupancy_cl, "", steps, LESSON_COUNT(steps));
}
