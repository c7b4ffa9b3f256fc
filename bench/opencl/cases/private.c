/* SPDX-License-Identifier: MIT */
/* Jobs with arrays in private memory. */
#include "cases.h"
#include "references.h"

#include <stdlib.h>
#include <string.h>

static int compare_bytes(const void *a, const void *b)
{
    return *(const uint8_t *)a - *(const uint8_t *)b;
}

BENCH_SETUP(median9)
{
    job->width = bench_pick(job, 640, 64);
    job->height = bench_pick(job, 480, 48);
    bench_buffer(job, BENCH_OUT, BENCH_UCHAR, job->width * job->height);
    bench_bytes(job, BENCH_IN, job->width * job->height, 0);
    bench_int(job, (int32_t)job->width);
    bench_int(job, (int32_t)job->height);
    bench_range_2d(job, job->width, job->height, 16, 16);
}

BENCH_REFERENCE(median9)
{
    const int width = (int)job->width, height = (int)job->height;
    const uint8_t *in = bench_initial(job, 1);
    uint8_t *out = bench_expected(job, 0);

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            uint8_t window[9];

            for (int k = 0; k < 9; k++)
                window[k] = in[bench_clamp(y + k / 3 - 1, 0, height - 1) * width +
                               bench_clamp(x + k % 3 - 1, 0, width - 1)];
            qsort(window, 9, 1, compare_bytes);
            *out++ = window[4];
        }
    }
}

#define COUNT 16

BENCH_SETUP(insertion_sort)
{
    job->width = bench_pick(job, 1u << 15, 512);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, COUNT * job->width);
    bench_floats(job, BENCH_IN, COUNT * job->width, -1.0f, 1.0f);
    bench_range_1d(job, job->width, 64);
}

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

BENCH_REFERENCE(insertion_sort)
{
    float *out = bench_expected(job, 0);

    memcpy(out, bench_initial(job, 1), COUNT * job->width * sizeof *out);
    for (size_t i = 0; i < job->width; i++)
        qsort(out + COUNT * i, COUNT, sizeof *out, compare_floats);
}

#define LENGTH 24

BENCH_SETUP(longest_common)
{
    job->width = bench_pick(job, 1u << 15, 512);
    bench_buffer(job, BENCH_OUT, BENCH_INT, job->width);
    bench_bytes(job, BENCH_IN, LENGTH * job->width, 4);
    bench_bytes(job, BENCH_IN, LENGTH, 4);
    bench_range_1d(job, job->width, 128);
}

BENCH_REFERENCE(longest_common)
{
    const uint8_t *word = bench_initial(job, 1);
    const uint8_t *pattern = bench_initial(job, 2);
    int32_t *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++, word += LENGTH) {
        int table[LENGTH + 1][LENGTH + 1] = {{0}};

        for (int a = 1; a <= LENGTH; a++) {
            for (int b = 1; b <= LENGTH; b++) {
                const int above = table[a - 1][b], left = table[a][b - 1];

                table[a][b] = word[a - 1] == pattern[b - 1] ? table[a - 1][b - 1] + 1
                              : above > left                ? above
                                                            : left;
            }
        }
        out[i] = table[LENGTH][LENGTH];
    }
}
