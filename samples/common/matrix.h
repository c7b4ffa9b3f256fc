/* SPDX-License-Identifier: MIT */
/* The host side that the matrix multiplications share: matrices, their product in plain
 * C. */
#ifndef MATRIX_H
#define MATRIX_H

#include "sample.h"

/* matrix_random - n * n whole numbers from 0 to 15. Products and sums of them stay whole,
 * and below 2^24 up to n = 74565: exact in float in whatever order they are added, so
 * checks are exact. */
float *matrix_random(size_t n, uint64_t *random);
#define MATRIX_MAX_N 8192

/* matrix_is_product - whether c = a * b, compared with plain C; says on stderr where it
 * is not. */
bool matrix_is_product(const float *c, const float *a, const float *b, size_t n);

#endif
