/* SPDX-License-Identifier: MIT */
/* Collects elements from all over an array by an index. */
__kernel void gather(__global float *out, __global const float *in,
                     __global const int *index)
{
    int i = get_global_id(0);
    out[i] = in[index[i]] + in[index[i] ^ 1];
}
