/* SPDX-License-Identifier: MIT */
/* Reads every stride-th element: a column of a row-major table. */
__kernel void strided_read(__global float *out, __global const float *in, uint stride)
{
    uint i = get_global_id(0);
    out[i] = in[i * stride];
}
