// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 new:256
__kernel void k(__global const int *in, __global int *out)
{
    const int i = get_global_id(0);
    __global const int *p = i % 2 ? in : out;
    __global const int *end = in + 64;
    if (p == out)
        p = in;
    out[i] = *(p + i) + (int)(end - p);
}
