/* SPDX-License-Identifier: MIT */
/* Comparison of results with references. */
#include "check.h"

#include "series.h"

#include <math.h>
#include <stdlib.h>

static int compare_uints(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double element(const void *array, enum bench_type type, size_t i)
{
    switch (type) {
    case BENCH_FLOAT:
        return (double)((const float *)array)[i];
    case BENCH_DOUBLE:
        return ((const double *)array)[i];
    case BENCH_INT:
        return ((const int32_t *)array)[i];
    case BENCH_UINT:
        return ((const uint32_t *)array)[i];
    case BENCH_UCHAR:
        return ((const uint8_t *)array)[i];
    }
    return NAN;
}

static size_t count_elements(const struct bench_argument *argument)
{
    switch (argument->type) {
    case BENCH_DOUBLE:
        return argument->size / sizeof(double);
    case BENCH_UCHAR:
        return argument->size;
    default:
        return argument->size / sizeof(uint32_t);
    }
}

void bench_check(const char *name, const struct bench_job *job,
                 const struct bench_argument *argument, void *seen)
{
    const struct bench_tolerance *allowed = &job->tolerance;
    const size_t count = count_elements(argument);
    size_t different = 0, first = 0;

    if (argument->any_order) {
        qsort(seen, count, sizeof(uint32_t), compare_uints);
        qsort(argument->expected, count, sizeof(uint32_t), compare_uints);
    }
    for (size_t i = count; i-- > 0;) {
        const double wanted = element(argument->expected, argument->type, i);
        const double found = element(seen, argument->type, i);

        if (fabs(found - wanted) <= allowed->absolute + allowed->relative * fabs(wanted))
            continue;
        different++;
        first = i;
    }
    if ((double)different > allowed->share * (double)count)
        bench_fail("%s: argument %td is wrong in %zu of %zu elements; the first is "
                   "element %zu: %.9g, expected %.9g",
                   name, argument - job->arguments, different, count, first,
                   element(seen, argument->type, first),
                   element(argument->expected, argument->type, first));
}
