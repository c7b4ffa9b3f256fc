/* SPDX-License-Identifier: MIT */
/* References that several cases share. */
#ifndef BENCH_REFERENCES_H
#define BENCH_REFERENCES_H

#include "job.h"

/* bench_gravity - argument 0: accelerations (float4), argument 1: bodies (float4, mass in
 * w), job->width of them. Forces of thousands cancel out, and
 * -cl-fast-relaxed-math allows a rough rsqrt. */
#define BENCH_GRAVITY_TOLERANCE 0.1
void bench_gravity(struct bench_job *job, double softening);

/* bench_setup_matmul, bench_matmul - arguments c, a, b, n with square matrices of float,
 * job->width wide, in groups of 16x16. */
void bench_setup_matmul(struct bench_job *job, size_t full);
void bench_matmul(struct bench_job *job);

/* bench_clamp - value, or the nearest of low and high. */
static inline int bench_clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

#endif
