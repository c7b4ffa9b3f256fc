/* SPDX-License-Identifier: MIT */
/* What is measured: a row per kernel and shape of work-group. */
#include "bodies.h"
#include "job.h"
#include "plain.h"

#define VALUE(field) offsetof(struct bench_job, field)

static const struct bench_work saxpy = {
    .width = 4096,
    .height = 2048,
    .tiny_width = 64,
    .tiny_height = 3,
    .num_arrays = 2,
    .num_values = 1,
    .values = {VALUE(a)},
    .work_dim = 1,
};
static const struct bench_work stencil = {
    .width = 2050,
    .height = 2050,
    .tiny_width = 66,
    .tiny_height = 35,
    .num_arrays = 2,
    .num_values = 1,
    .values = {VALUE(width)},
    .work_dim = 2,
    .border = 1,
};
static const struct bench_work mandelbrot = {
    .width = 512,
    .height = 512,
    .tiny_width = 32,
    .tiny_height = 32,
    .num_arrays = 1,
    .num_values = 3,
    .values = {VALUE(width), VALUE(height), VALUE(limit)},
    .work_dim = 2,
};
static const struct bench_work matmul = {
    .width = 512,
    .height = 512,
    .tiny_width = 64,
    .tiny_height = 64,
    .num_arrays = 3,
    .num_values = 1,
    .values = {VALUE(width)},
    .work_dim = 2,
};

/* clang-format off */
#define CLOSE  1.15 /* to the plain loop's time */
#define SCALES 1.8  /* on two cores */
#define TILE   {BENCH_TILE, BENCH_TILE}

const struct bench_case bench_cases[] = {
    {"saxpy", "8 Mi floats, local size left open",
     &saxpy, "saxpy", plain_saxpy, {0}, CLOSE, 0.0},
    {"saxpy_256", "the same in groups of 256",
     &saxpy, "saxpy", plain_saxpy, {256}, CLOSE, 0.0},
    {"stencil5", "5 points, 2048x2048, local size left open",
     &stencil, "stencil5", plain_stencil5, {0}, CLOSE, SCALES},
    {"stencil5_16x16", "the same in groups of 16x16, the plain loop in tiles as well",
     &stencil, "stencil5", plain_stencil5_tiles, TILE, CLOSE, SCALES},
    {"stencil9", "3x3 points, 2048x2048, local size left open",
     &stencil, "stencil9", plain_stencil9, {0}, CLOSE, SCALES},
    {"mandelbrot", "512x512, 128 steps at most, local size left open",
     &mandelbrot, "mandelbrot", plain_mandelbrot, {0}, CLOSE, SCALES},
    {"mandelbrot_16x16", "the same in groups of 16x16",
     &mandelbrot, "mandelbrot", plain_mandelbrot, TILE, CLOSE, SCALES},
    {"matmul_group", "512x512 in tiles of 16x16, group kernel",
     &matmul, "matmul_group", plain_matmul, TILE, 0.0, SCALES},
    {"matmul_barrier", "512x512 in tiles of 16x16, barrier kernel, against the same plain loop",
     &matmul, "matmul_barrier", plain_matmul, TILE, 0.0, SCALES},
};
/* clang-format on */
const size_t bench_num_cases = sizeof bench_cases / sizeof bench_cases[0];
