/* SPDX-License-Identifier: MIT */
/* Matrix product, one element of the result per work-item. */
__kernel void matmul_naive(__global float *c, __global const float *a,
                           __global const float *b, int n)
{
    int row = get_global_id(1);
    int col = get_global_id(0);
    float sum = 0.0f;

    for (int k = 0; k < n; k++)
        sum += a[row * n + k] * b[k * n + col];
    c[row * n + col] = sum;
}
