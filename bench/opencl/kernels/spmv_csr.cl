/* SPDX-License-Identifier: MIT */
/* Sparse matrix times vector, compressed rows, a row per work-item. */
__kernel void spmv_csr(__global float *y, __global const uint *row_start,
                       __global const uint *columns, __global const float *values,
                       __global const float *x, uint num_rows)
{
    uint row = get_global_id(0);
    if (row >= num_rows)
        return;

    float sum = 0.0f;
    for (uint k = row_start[row]; k < row_start[row + 1]; k++)
        sum += values[k] * x[columns[k]];
    y[row] = sum;
}
