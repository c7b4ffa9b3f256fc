/* SPDX-License-Identifier: MIT */
/* A series of samples of one quantity, and what is said of it: minimum, median, 90th
 * percentile. */
#ifndef BENCH_SERIES_H
#define BENCH_SERIES_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct bench_series {
    const char *name;
    const char *unit; /* "ns", "us", "ratio", ... */
    const char *help; /* what was measured, in one phrase */
    double *samples;
    size_t count, capacity;
};

struct bench_summary {
    double min, median, p90;
};

/* bench_series_add - appends a sample; ends the program where memory is used up. */
void bench_series_add(struct bench_series *series, double sample);

/* bench_series_summary - of at least one sample; the order of samples stays as it was. */
struct bench_summary bench_series_summary(const struct bench_series *series);

void bench_series_fini(struct bench_series *series);

/* bench_fail - prints `text` and ends the program with status 1. */
void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* bench_allocate - `size` bytes, page-aligned, every page touched, on huge pages where
 * the system grants them, so that no sample pays for a page fault. Ends the program where
 * there is no memory. */
void *bench_allocate(size_t size);

static inline uint64_t bench_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif
