/* SPDX-License-Identifier: MIT */
/* Matrix product in double precision, one element per work-item. */
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

__kernel void dgemm_naive(__global double *c, __global const double *a,
                          __global const double *b, uint n, double alpha, double beta)
{
    uint row = get_global_id(1);
    uint col = get_global_id(0);
    double sum = 0.0;

    for (uint k = 0; k < n; k++)
        sum += a[row * n + k] * b[k * n + col];
    c[row * n + col] = alpha * sum + beta * c[row * n + col];
}
