/* SPDX-License-Identifier: MIT */
/* Lesson 7: barriers, and what goes wrong without them. */
#include "barriers_cl.h"
#include "lesson.h"

#define N     256
#define GROUP 64 /* as in the kernels */

static bool run(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint in[N], out[N], expected[N];
    const size_t global[2] = {N}, local[2] = {GROUP};

    for (cl_uint i = 0; i < N; i++) {
        in[i] = 1000 + i;
        expected[i] = 1000 + i / GROUP * GROUP + GROUP - 1 - i % GROUP;
    }
    cl_mem from = lesson_buffer(lesson, in, sizeof(in));
    cl_mem to = lesson_buffer(lesson, out, sizeof(out));
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
        {"turn", run, 0, false},
        {"no_barrier", run, 0, true},
        {"barrier_for_some", run, 0, true},
        {"first_forgotten", run, 0, true},
        {"one_too_far", run, 0, true},
    };

    return lesson_main(argc, argv, barriers_cl, "", steps, LESSON_COUNT(steps));
}
