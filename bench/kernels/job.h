/* SPDX-License-Identifier: MIT */
/* One measured case: its data, and the two ways to compute it. */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include "pool.h"

#include <stddef.h>
#include <stdint.h>

#define BENCH_BAND       16 /* rows in a piece of the plain loop */
#define BENCH_MAX_ARRAYS 3
#define BENCH_MAX_VALUES 3

/* The data that kernel and plain loop both work on, in the same memory. */
struct bench_job {
    uint32_t width, height;          /* of a row, rows; a matrix is width by width */
    uint32_t limit;                  /* steps of the Mandelbrot iteration */
    float a;                         /* of saxpy */
    float *arrays[BENCH_MAX_ARRAYS]; /* [0] is written, the others are read */
};

/* What a kernel computes on. Its parameters are the arrays, then the values. */
struct bench_work {
    uint32_t width, height; /* full size */
    uint32_t tiny_width, tiny_height;
    uint32_t num_arrays, num_values;
    size_t values[BENCH_MAX_VALUES]; /* offsets in struct bench_job; 4 bytes each */
    uint32_t work_dim;
    uint32_t border; /* columns and rows at each edge that are not computed */
};

/* A kernel at one shape of work-group, and the plain loop it is measured against. */
struct bench_case {
    const char *name, *help;
    const struct bench_work *work;
    const char *kernel;
    bench_piece_fn *piece; /* one band of rows of a struct bench_job */
    size_t local_size[2];  /* 0: the implementation chooses */
    double
        ratio_aim; /* most that a kernel's time is to be of the plain loop's; 0: none */
    double
        speed_up_aim; /* of all cores over one; 0: none, as where memory is the limit */
};

extern const struct bench_case bench_cases[];
extern const size_t bench_num_cases;

#endif
