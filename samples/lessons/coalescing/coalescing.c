/* SPDX-License-Identifier: MIT */
/* Lesson 4: accesses of neighbours to global memory. */
#include "coalescing_cl.h"
#include "lesson.h"

#include <stdlib.h>

#define N    1024
#define TILE 32 /* as in the kernel */

/* Fills the array with numbers that say where they lie. */
static cl_uint *make_numbers(size_t count)
{
    cl_uint *numbers = sample_alloc(count, sizeof(*numbers));

    for (size_t i = 0; i < count; i++)
        numbers[i] = (cl_uint)i * 2654435761u;
    return numbers;
}

static void launch(const struct lesson *lesson, const struct lesson_step *step,
                   const size_t global[2], const size_t local[2], const cl_uint *in,
                   size_t in_count, cl_uint *out, size_t out_count)
{
    cl_mem from = lesson_buffer(lesson, in, in_count * sizeof(*in));
    cl_mem to = lesson_buffer(lesson, NULL, out_count * sizeof(*out));
    const struct lesson_argument arguments[] = {LESSON_VALUE(to), LESSON_VALUE(from)};

    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, to, out, out_count * sizeof(*out));
    clReleaseMemObject(to);
    clReleaseMemObject(from);
}

/* The parameter: words between what neighbours read. */
static bool run_stride(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint out[N], expected[N];
    const size_t global[2] = {N}, local[2] = {64}, count = N * step->parameter;
    cl_uint *const in = make_numbers(count);

    for (size_t i = 0; i < N; i++)
        expected[i] = in[i * step->parameter];
    launch(lesson, step, global, local, in, count, out, N);
    free(in);
    return lesson_compare(step, out, expected, N);
}

static bool run_shifted(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint out[N];
    const size_t global[2] = {N}, local[2] = {64};
    cl_uint *const in = make_numbers(N + 1);

    launch(lesson, step, global, local, in, N + 1, out, N);
    const bool ok = lesson_compare(step, out, in + 1, N);
    free(in);
    return ok;
}

/* The parameter: how many work-groups are along a side. */
static bool run_transpose(const struct lesson *lesson, const struct lesson_step *step)
{
    const size_t n = step->parameter * TILE;
    const size_t global[2] = {n, n}, local[2] = {TILE, TILE};
    cl_uint *const in = make_numbers(n * n);
    cl_uint *const out = sample_alloc(n * n, sizeof(*out));
    cl_uint *const expected = sample_alloc(n * n, sizeof(*expected));

    for (size_t y = 0; y < n; y++)
        for (size_t x = 0; x < n; x++)
            expected[x * n + y] = in[y * n + x];
    launch(lesson, step, global, local, in, n * n, out, n * n);
    const bool ok = lesson_compare(step, out, expected, n * n);
    free(expected);
    free(out);
    free(in);
    return ok;
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"stride_1", run_stride, 1, false},
        {"stride_2", run_stride, 2, false},
        {"stride_8", run_stride, 8, false},
        {"stride_32", run_stride, 32, false},
        {"shifted", run_shifted, 0, false},
        {"array_of_structs", run_stride, 4, false},
        {"array_of_points", run_stride, 3, false},
        {"transpose_naive", run_transpose, 4, false},
        {"transpose_tiled", run_transpose, 4, false},
    };

    return lesson_main(argc, argv, coalescing_cl, "", steps, LESSON_COUNT(steps));
}
