/* SPDX-License-Identifier: MIT */
/* One kernel's job: its arguments, their first content, the range, and what must come
 * out. Cases describe jobs with the functions below; an OpenCL implementation runs them.
 */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_MAX_ARGUMENTS 8

enum bench_type {
    BENCH_FLOAT,
    BENCH_DOUBLE,
    BENCH_INT,
    BENCH_UINT,
    BENCH_UCHAR,
};

enum bench_access {
    BENCH_IN,
    BENCH_OUT,    /* starts as zeros */
    BENCH_IN_OUT, /* runs follow one another on the same data */
    BENCH_FRESH,  /* in and out, put back to its first content before every run */
};

enum bench_argument_kind {
    BENCH_BUFFER,
    BENCH_VALUE,
    BENCH_LOCAL,
};

struct bench_argument {
    enum bench_argument_kind kind;
    size_t size;             /* bytes */
    unsigned char value[16]; /* BENCH_VALUE */
    enum bench_type type;    /* BENCH_BUFFER, like what follows */
    enum bench_access access;
    bool any_order; /* elements may come out in any order */
    void *initial;
    void *expected; /* NULL where the kernel only reads */
};

/* How far a result may be from the reference: |seen - expected| <= absolute + relative *
 * |expected|, but for a share of elements, as where rounding decides which way a branch
 * goes. All zero: equal. */
struct bench_tolerance {
    double relative, absolute, share;
};

struct bench_job {
    bool tiny;                   /* small sizes were asked for */
    size_t width, height, depth; /* for the case's own use */
    unsigned dimensions;
    size_t offset[3], global[3], local[3]; /* local[0] = 0: left to the implementation */
    unsigned launches;                     /* of the kernel in one run */
    unsigned num_arguments;
    struct bench_argument arguments[BENCH_MAX_ARGUMENTS];
    struct bench_tolerance tolerance;
};

/* Describes the job, or computes what must come out of it into its expected arrays. */
typedef void bench_job_fn(struct bench_job *job);

/* The functions below append the next argument of the kernel; each ends the program where
 * memory is used up or BENCH_MAX_ARGUMENTS passed. */

/* bench_buffer - `count` elements, zeros; returns the first content for the case to fill.
 */
void *bench_buffer(struct bench_job *job, enum bench_access access, enum bench_type type,
                   size_t count);

/* bench_floats, bench_doubles - buffers of values in [low, high), the same in every run.
 */
float *bench_floats(struct bench_job *job, enum bench_access access, size_t count,
                    float low, float high);
double *bench_doubles(struct bench_job *job, enum bench_access access, size_t count,
                      double low, double high);

/* bench_uints, bench_bytes - buffers of values below `limit` (0: any value). */
uint32_t *bench_uints(struct bench_job *job, enum bench_access access, size_t count,
                      uint32_t limit);
uint8_t *bench_bytes(struct bench_job *job, enum bench_access access, size_t count,
                     uint32_t limit);

void bench_value(struct bench_job *job, const void *value, size_t size);
void bench_float(struct bench_job *job, float value);
void bench_int(struct bench_job *job, int32_t value);
void bench_uint(struct bench_job *job, uint32_t value);

/* bench_local - `size` bytes of local memory. */
void bench_local(struct bench_job *job, size_t size);

/* The range of work-items; a local size of 0 leaves it to the implementation. */
void bench_range_1d(struct bench_job *job, size_t global, size_t local);
void bench_range_2d(struct bench_job *job, size_t width, size_t height,
                    size_t local_width, size_t local_height);

/* bench_initial, bench_expected - an argument's first content, and the array that a
 * reference fills, which starts as a copy of it. */
const void *bench_initial(const struct bench_job *job, unsigned index);
void *bench_expected(const struct bench_job *job, unsigned index);

/* bench_pick - the one of two sizes that was asked for. */
static inline size_t bench_pick(const struct bench_job *job, size_t full, size_t tiny)
{
    return job->tiny ? tiny : full;
}

/* bench_hash - a number that differs for each index, the same in every run. */
uint32_t bench_hash(uint32_t index);

/* bench_job_init - the job of a case: described, and its reference computed. */
void bench_job_init(struct bench_job *job, bench_job_fn *setup, bench_job_fn *reference,
                    bool tiny);
void bench_job_fini(struct bench_job *job);

#endif
