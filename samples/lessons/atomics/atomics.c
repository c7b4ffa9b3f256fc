/* SPDX-License-Identifier: MIT */
/* Lesson 10: atomics, and who meets at them. */
#include "atomics_cl.h"
#include "lesson.h"

#define N         4096
#define MOST_BINS 256

/* The parameter: how many bins there are. */
static bool run(const struct lesson *lesson, const struct lesson_step *step)
{
    static cl_uint in[N];
    cl_uint counts[MOST_BINS] = {0}, expected[MOST_BINS] = {0};
    const size_t global[2] = {N}, local[2] = {256};

    for (cl_uint i = 0; i < N; i++) {
        in[i] = i;
        expected[i % step->parameter]++;
    }
    cl_mem from = lesson_buffer(lesson, in, sizeof(in));
    cl_mem to = lesson_buffer(lesson, counts, sizeof(counts));
    const struct lesson_argument arguments[] = {LESSON_VALUE(to), LESSON_VALUE(from)};

    lesson_launch(lesson, step, global, local, arguments, LESSON_COUNT(arguments));
    lesson_read(lesson, to, counts, sizeof(counts));
    clReleaseMemObject(to);
    clReleaseMemObject(from);
    return lesson_compare(step, counts, expected, MOST_BINS);
}

int main(int argc, char **argv)
{
    static const struct lesson_step steps[] = {
        {"one_counter", run, 1, false},  {"few_bins", run, 8, false},
        {"many_bins", run, 256, false},  {"few_bins_local", run, 8, false},
        {"one_by_group", run, 1, false},
    };

    return lesson_main(argc, argv, atomics_cl, "", steps, LESSON_COUNT(steps));
}
