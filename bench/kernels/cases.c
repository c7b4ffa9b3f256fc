/* SPDX-License-Identifier: MIT */
/* What is measured: a row per kernel and shape of work-group. */
#include "bodies.h"
#include "job.h"
#include "plain.h"

#define VALUE(field) offsetof(struct bench_job, field)

#define SAXPY                                                                 \
    .kernel = "saxpy", .width = 4096, .height = 2048, .tiny_width = 64,       \
    .tiny_height = 3, .num_arrays = 2, .num_values = 1, .values = {VALUE(a)}, \
    .work_dim = 1, .piece = plain_saxpy, .target = 1.15
#define STENCIL(points)                                                            \
    .kernel = "stencil" #points, .width = 2050, .height = 2050, .tiny_width = 66,  \
    .tiny_height = 35, .num_arrays = 2, .num_values = 1, .values = {VALUE(width)}, \
    .work_dim = 2, .border = 1, .piece = plain_stencil##points, .target = 1.15
#define MANDELBROT                                                         \
    .kernel = "mandelbrot", .width = 512, .height = 512, .tiny_width = 32, \
    .tiny_height = 32, .num_arrays = 1, .num_values = 3,                   \
    .values = {VALUE(width), VALUE(height), VALUE(limit)}, .work_dim = 2,  \
    .piece = plain_mandelbrot, .target = 1.15
#define MATMUL                                                                         \
    .width = 512, .height = 512, .tiny_width = 64, .tiny_height = 64, .num_arrays = 3, \
    .num_values = 1, .values = {VALUE(width)}, .work_dim = 2,                          \
    .local_size = {BENCH_TILE, BENCH_TILE}, .piece = plain_matmul

/* clang-format off */
const struct bench_case bench_cases[] = {
    {.name = "saxpy", .help = "8 Mi floats, local size left to the implementation", SAXPY},
    {.name = "saxpy_256", .help = "the same in groups of 256", SAXPY, .local_size = {256}},
    {.name = "stencil5", .help = "five points, 2048x2048, local size left open", STENCIL(5)},
    {.name = "stencil5_16x16", .help = "the same in groups of 16x16", STENCIL(5), .local_size = {16, 16}},
    {.name = "stencil9", .help = "3x3 points, 2048x2048, local size left open", STENCIL(9)},
    {.name = "mandelbrot", .help = "512x512, 128 steps at most, local size left open", MANDELBROT},
    {.name = "mandelbrot_16x16", .help = "the same in groups of 16x16", MANDELBROT, .local_size = {16, 16}},
    {.name = "matmul_group", .help = "512x512 in 16x16 tiles, group kernel", .kernel = "matmul_group", MATMUL},
    {.name = "matmul_barrier", .help = "512x512 in 16x16 tiles, barrier kernel", .kernel = "matmul_barrier", MATMUL},
};
/* clang-format on */
const size_t bench_num_cases = sizeof bench_cases / sizeof bench_cases[0];
