/* SPDX-License-Identifier: MIT */
/* Samples and their summary; memory and failure for benchmark programs. */
#define _GNU_SOURCE
#include "series.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

void bench_fail(const char *format, ...)
{
    va_list arguments;

    fflush(stdout);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

void *bench_allocate(size_t size)
{
    const size_t rounded = (size + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
    void *memory = rounded >= size ? aligned_alloc(HUGE_PAGE, rounded) : NULL;

    if (!memory)
        bench_fail("no memory for %zu bytes", size);
    madvise(memory, rounded, MADV_HUGEPAGE);
    memset(memory, 0, rounded);
    return memory;
}

void bench_series_add(struct bench_series *series, double sample)
{
    if (series->count == series->capacity) {
        const size_t capacity = series->capacity ? 2 * series->capacity : 32;
        double *samples = realloc(series->samples, capacity * sizeof *samples);

        if (!samples)
            bench_fail("no memory for %zu samples of %s", capacity, series->name);
        series->samples = samples;
        series->capacity = capacity;
    }
    series->samples[series->count++] = sample;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Between the two nearest samples, so that an even count has a median too. */
static double quantile(const double *sorted, size_t count, double fraction)
{
    const double position = fraction * (double)(count - 1);
    const size_t below = (size_t)position;
    const size_t above = below + 1 < count ? below + 1 : below;

    return sorted[below] + (position - (double)below) * (sorted[above] - sorted[below]);
}

struct bench_summary bench_series_summary(const struct bench_series *series)
{
    double *sorted = malloc(series->count * sizeof *sorted);
    struct bench_summary summary;

    if (!sorted || series->count == 0)
        bench_fail("no samples of %s", series->name);
    memcpy(sorted, series->samples, series->count * sizeof *sorted);
    qsort(sorted, series->count, sizeof *sorted, compare_doubles);
    summary.min = sorted[0];
    summary.median = quantile(sorted, series->count, 0.5);
    summary.p90 = quantile(sorted, series->count, 0.9);
    free(sorted);
    return summary;
}

void bench_series_fini(struct bench_series *series)
{
    free(series->samples);
    series->samples = NULL;
    series->count = series->capacity = 0;
}
