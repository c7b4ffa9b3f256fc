/* SPDX-License-Identifier: MIT */
/* The plain loops: each does one piece of a struct bench_job. */
#ifndef BENCH_PLAIN_H
#define BENCH_PLAIN_H

#include <stddef.h>

void plain_saxpy(size_t piece, void *job);
void plain_stencil5(size_t piece, void *job);
/* The same in tiles, as groups of 16x16 work-items walk memory. */
void plain_stencil5_tiles(size_t piece, void *job);
void plain_stencil9(size_t piece, void *job);
void plain_mandelbrot(size_t piece, void *job);
void plain_matmul(size_t piece, void *job);

#endif
