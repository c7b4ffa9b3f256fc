// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:400 new:400 int:100
__kernel void k(__global const float *in, __global float *out, int n)
{
    const int i = get_global_id(0);
    if (i < n)
        out[i] = in[i];
}
