/* SPDX-License-Identifier: MIT */
/* Histogram of bytes with atomics in global memory only. */
__kernel void histogram_global(__global const uchar *data, __global int *bins)
{
    int i = get_global_id(0);
    atomic_inc(&bins[data[i]]);
}
