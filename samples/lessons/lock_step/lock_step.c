/* SPDX-License-Identifier: MIT */
/* Lesson 2: sub-groups advance in lock step. */
#include "lesson.h"
#include "lock_step_cl.h"

#define N 1280 /* a multiple of 64 and of 40 */

static void launch(const struct lesson *lesson, const struct lesson_step *step,
                   cl_uint *out)
{
    const size_t global[2] = {N}, local[2] = {step->parameter};
    cl_mem buffer = lesson_buffer(lesson, NULL, N * sizeof(*out));
    const struct lesson_argument arguments[] = {LESSON_VALUE(buffer)};

    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, buffer, out, N * sizeof(*out));
    clReleaseMemObject(buffer);
}

static cl_uint go(cl_uint rounds)
{
    cl_uint x = 1;

    for (cl_uint k = 0; k < rounds; k++)
        x = 3 * x + 1;
    return x;
}

static bool run_each_its_own(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint out[N], expected[N];

    for (cl_uint i = 0; i < N; i++)
        expected[i] = go(1 + i % 32);
    launch(lesson, step, out);
    return lesson_compare(step, out, expected, N);
}

static bool run_together(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint out[N], expected[N];

    for (cl_uint i = 0; i < N; i++)
        expected[i] = go(i % 64 < 32 ? 1 : 32);
    launch(lesson, step, out);
    return lesson_compare(step, out, expected, N);
}

static bool run_odd_size(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint out[N], expected[N];

    for (cl_uint i = 0; i < N; i++)
        expected[i] = i % 40;
    launch(lesson, step, out);
    return lesson_compare(step, out, expected, N);
}

/* How large sub-groups are is the device's choice; that they fill a group of 64 is not.
 */
static bool run_ask(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint out[N], expected[N];

    launch(lesson, step, out);
    for (cl_uint i = 0; i < N; i++)
        expected[i] = out[0];
    return out[0] > 0 && 64 % out[0] == 0 && lesson_compare(step, out, expected, N);
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"each_its_own", run_each_its_own, 64, false},
        {"together", run_together, 64, false},
        {"odd_size", run_odd_size, 40, false},
        {"ask", run_ask, 64, false},
    };

    return lesson_main(argc, argv, lock_step_cl, "-cl-std=CL3.0", steps,
                       LESSON_COUNT(steps));
}
