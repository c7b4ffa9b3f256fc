/* SPDX-License-Identifier: MIT */
/* Lesson 6: branches within sub-groups. */
#include "divergence_cl.h"
#include "lesson.h"

#define N          1024
#define SIDE       96 /* points along a side of the picture */
#define MOST_STEPS 64 /* as in the kernel */

/* What a work-item makes of its number. */
static cl_uint odd_even(cl_uint i, cl_uint x)
{
    return i % 2 == 1 ? 3 * x + 1 : x / 2;
}

static cl_uint by_sub_group(cl_uint i, cl_uint x)
{
    return i / 32 % 2 == 1 ? 3 * x + 1 : x / 2;
}

static cl_uint short_circuit(cl_uint i, cl_uint x)
{
    (void)i;
    return x % 4 != 0 && x % 2 == 0 ? 3 * x + 1 : x;
}

static bool run(const struct lesson *lesson, const struct lesson_step *step,
                cl_uint (*expect)(cl_uint i, cl_uint x), cl_uint num_arguments)
{
    static cl_uint in[N], out[N], expected[N];
    const size_t global[2] = {N}, local[2] = {64};

    for (cl_uint i = 0; i < N; i++) {
        in[i] = i;
        expected[i] = expect(i, i);
    }
    cl_mem from = lesson_buffer(lesson, in, sizeof(in));
    cl_mem to = lesson_buffer(lesson, NULL, sizeof(out));
    const struct lesson_argument arguments[] = {LESSON_VALUE(to), LESSON_VALUE(from),
                                                LESSON_VALUE(from)};

    lesson_launch(lesson, step, global, local, arguments, num_arguments);
    lesson_read(lesson, to, out, sizeof(out));
    clReleaseMemObject(to);
    clReleaseMemObject(from);
    return lesson_compare(step, out, expected, N);
}

static bool run_odd_even(const struct lesson *lesson, const struct lesson_step *step)
{
    return run(lesson, step, odd_even, 2);
}

static bool run_by_sub_group(const struct lesson *lesson, const struct lesson_step *step)
{
    return run(lesson, step, by_sub_group, 2);
}

static bool run_short_circuit(const struct lesson *lesson, const struct lesson_step *step)
{
    return run(lesson, step, short_circuit, 3);
}

static cl_uint steps_of(int cx, int cy)
{
    int x = 0, y = 0;
    cl_uint steps = 0;

    while (x * x + y * y <= 4 << 24 && steps < MOST_STEPS) {
        const int next = ((x * x - y * y) >> 12) + cx;

        y = (x * y >> 11) + cy;
        x = next;
        steps++;
    }
    return steps;
}

/* The parameter: how wide a work-group of 64 is. */
static bool run_mandelbrot(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint out[SIDE * SIDE], expected[SIDE * SIDE];
    const size_t global[2] = {SIDE, SIDE},
                 local[2] = {step->parameter, 64 / step->parameter};
    cl_mem buffer = lesson_buffer(lesson, NULL, sizeof(out));
    const struct lesson_argument arguments[] = {LESSON_VALUE(buffer)};

    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            expected[y * SIDE + x] = steps_of(128 * x - 9216, 128 * y - 6144);
    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, buffer, out, sizeof(out));
    clReleaseMemObject(buffer);
    return lesson_compare(step, out, expected, LESSON_COUNT(out));
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"odd_even", run_odd_even, 0, false},
        {"by_sub_group", run_by_sub_group, 0, false},
        {"select_one", run_odd_even, 0, false},
        {"short_circuit", run_short_circuit, 0, false},
        {"mandelbrot_rows", run_mandelbrot, 32, false},
        {"mandelbrot_blocks", run_mandelbrot, 8, false},
    };

    return lesson_main(argc, argv, divergence_cl, "", steps, LESSON_COUNT(steps));
}
