/* SPDX-License-Identifier: MIT */
/* Two small stages of a pipeline. */
__kernel void square(__global float *out, __global const float *in)
{
    size_t i = get_global_id(0);

    out[i] = in[i] * in[i];
}

__kernel void add(__global float *out, __global const float *a, __global const float *b)
{
    size_t i = get_global_id(0);

    out[i] = a[i] + b[i];
}
