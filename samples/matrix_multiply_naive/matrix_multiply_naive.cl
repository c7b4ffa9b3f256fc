/* SPDX-License-Identifier: MIT */
/* C = A * B for square matrices in row order, one element of C per work-item. */
__kernel void matrix_multiply_naive(__global float *c, __global const float *a,
                                    __global const float *b, uint n)
{
    size_t column = get_global_id(0);
    size_t row = get_global_id(1);
    float sum = 0;

    for (uint k = 0; k < n; k++)
        sum += a[row * n + k] * b[k * n + column];
    c[row * n + column] = sum;
}
