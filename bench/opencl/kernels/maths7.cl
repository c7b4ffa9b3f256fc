/* SPDX-License-Identifier: MIT */
/* Seven calls into the maths library per element. */
__kernel void maths7(__global float *out, __global const float *a,
                     __global const float *b)
{
    uint i = get_global_id(0);
    float x = a[i];
    float y = b[i];

    out[i] = sin(x) + cos(y) + exp(-x) + log(y) + pow(y, x) + tanh(x) + atan2(x, y);
}
