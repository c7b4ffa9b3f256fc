/* SPDX-License-Identifier: MIT */
/* Lesson 1: work-items, in one dimension and in two. */
#include "lesson.h"
#include "work_items_cl.h"

#define N      1000 /* elements; 1024 work-items in groups of 64 */
#define WIDTH  64
#define HEIGHT 16

static bool run_squares(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint out[N], expected[N];
    const size_t global[2] = {1024}, local[2] = {64};
    const cl_uint n = N;
    cl_mem buffer = lesson_buffer(lesson, NULL, sizeof(out));
    const struct lesson_argument arguments[] = {LESSON_VALUE(buffer), LESSON_VALUE(n)};

    for (cl_uint i = 0; i < N; i++)
        expected[i] = i * i;
    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, buffer, out, sizeof(out));
    clReleaseMemObject(buffer);
    return lesson_compare(step, out, expected, N);
}

static bool run_groups(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint out[WIDTH * HEIGHT], expected[WIDTH * HEIGHT];
    const size_t global[2] = {WIDTH, HEIGHT}, local[2] = {16, 4};
    cl_mem buffer = lesson_buffer(lesson, NULL, sizeof(out));
    const struct lesson_argument arguments[] = {LESSON_VALUE(buffer)};

    for (cl_uint y = 0; y < HEIGHT; y++)
        for (cl_uint x = 0; x < WIDTH; x++)
            expected[y * WIDTH + x] = y / 4 * (WIDTH / 16) + x / 16;
    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, buffer, out, sizeof(out));
    clReleaseMemObject(buffer);
    return lesson_compare(step, out, expected, LESSON_COUNT(out));
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"squares", run_squares, 0, false},
        {"groups", run_groups, 0, false},
    };

    return lesson_main(argc, argv, work_items_cl, "", steps, LESSON_COUNT(steps));
}
