/* SPDX-License-Identifier: MIT */
/* Lesson 5: the banks of local memory. */
#include "bank_conflicts_cl.h"
#include "lesson.h"

#define SIDE   32 /* as in the kernels */
#define GROUPS 4
#define N      (GROUPS * SIDE)

/* What work-item l gives back for its group's tile. */
typedef cl_uint expected_fn(const cl_uint tile[SIDE][SIDE], size_t l);

static bool run(const struct lesson *lesson, const struct lesson_step *step,
                expected_fn *expect)
{
    static cl_uint in[GROUPS][SIDE][SIDE], out[N], expected[N];
    const size_t global[2] = {N}, local[2] = {SIDE};
    uint64_t random = 5;

    for (size_t i = 0; i < N * SIDE; i++)
        in[i / (SIDE * SIDE)][i / SIDE % SIDE][i % SIDE] = sample_random(&random);
    for (size_t i = 0; i < N; i++)
        expected[i] = expect((const cl_uint(*)[SIDE])in[i / SIDE], i % SIDE);
    cl_mem from = lesson_buffer(lesson, in, sizeof(in));
    cl_mem to = lesson_buffer(lesson, NULL, sizeof(out));
    const struct lesson_argument arguments[] = {LESSON_VALUE(to), LESSON_VALUE(from)};

    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, to, out, sizeof(out));
    clReleaseMemObject(to);
    clReleaseMemObject(from);
    return lesson_compare(step, out, expected, N);
}

static cl_uint column_sum(const cl_uint tile[SIDE][SIDE], size_t l)
{
    cl_uint sum = 0;

    for (size_t k = 0; k < SIDE; k++)
        sum += tile[k][l];
    return sum;
}

static cl_uint row_sum(const cl_uint tile[SIDE][SIDE], size_t l)
{
    cl_uint sum = 0;

    for (size_t k = 0; k < SIDE; k++)
        sum += tile[l][k];
    return sum;
}

static cl_uint second(const cl_uint tile[SIDE][SIDE], size_t l)
{
    return tile[2 * l / SIDE][2 * l % SIDE];
}

static cl_uint fifth(const cl_uint tile[SIDE][SIDE], size_t l)
{
    (void)l;
    return tile[0][5];
}

static bool run_columns(const struct lesson *lesson, const struct lesson_step *step)
{
    return run(lesson, step, column_sum);
}

static bool run_rows(const struct lesson *lesson, const struct lesson_step *step)
{
    return run(lesson, step, row_sum);
}

static bool run_second(const struct lesson *lesson, const struct lesson_step *step)
{
    return run(lesson, step, second);
}

static bool run_fifth(const struct lesson *lesson, const struct lesson_step *step)
{
    return run(lesson, step, fifth);
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"along_rows", run_columns, 0, false},  {"down_columns", run_rows, 0, false},
        {"padded", run_rows, 0, false},         {"skewed", run_rows, 0, false},
        {"every_second", run_second, 0, false}, {"one_for_all", run_fifth, 0, false},
    };

    return lesson_main(argc, argv, bank_conflicts_cl, "", steps, LESSON_COUNT(steps));
}
