/* SPDX-License-Identifier: MIT */
/* Matrices of whole numbers, and their product in plain C. */
#include "matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

float *matrix_random(size_t n, uint64_t *random)
{
    float *matrix = sample_alloc(n * n, sizeof(float));

    for (size_t i = 0; i < n * n; i++)
        matrix[i] = (float)(sample_random(random) % 16);
    return matrix;
}

/* One row of the product; rows of b are added up so that the inner loop runs along
 * memory. */
static void multiply_row(float *restrict row, const float *a_row, const float *b,
                         size_t n)
{
    memset(row, 0, n * sizeof(float));
    for (size_t k = 0; k < n; k++) {
        for (size_t column = 0; column < n; column++)
            row[column] += a_row[k] * b[k * n + column];
    }
}

bool matrix_is_product(const float *c, const float *a, const float *b, size_t n)
{
    float *row = sample_alloc(n, sizeof(float));
    bool ok = true;

    for (size_t y = 0; y < n && ok; y++) {
        multiply_row(row, a + y * n, b, n);
        for (size_t x = 0; x < n && ok; x++) {
            ok = c[y * n + x] == row[x];
            if (!ok)
                fprintf(stderr, "c[%zu][%zu] is %g, not %g\n", y, x, c[y * n + x],
                        row[x]);
        }
    }
    free(row);
    return ok;
}
