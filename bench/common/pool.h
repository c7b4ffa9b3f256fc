/* SPDX-License-Identifier: MIT */
/* The plain threaded loop that kernels are measured against: threads pinned to the cores
 * this process may use, which take pieces of a job from one counter. */
#ifndef BENCH_POOL_H
#define BENCH_POOL_H

#include <stddef.h>

struct bench_pool;

/* Does piece number `piece` of a job. */
typedef void bench_piece_fn(size_t piece, void *job);

/* bench_pool_create - `threads` threads, pinned one to a core, round robin. Ends the
 * program on failure. */
struct bench_pool *bench_pool_create(unsigned threads);

/* bench_pool_run - does pieces 0 to count - 1, any order; returns when all are done. One
 * caller at a time. */
void bench_pool_run(struct bench_pool *pool, size_t count, bench_piece_fn *function,
                    void *job);

void bench_pool_destroy(struct bench_pool *pool);

#endif
