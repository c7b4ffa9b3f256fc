/* SPDX-License-Identifier: MIT */
/* Transposes a square matrix: rows are read in order, columns written. */
__kernel void transpose_naive(__global float *out, __global const float *in, int n)
{
    int x = get_global_id(0);
    int y = get_global_id(1);
    out[x * n + y] = in[y * n + x];
}
