// SPDX-License-Identifier: MIT
// RUN: global=256 local=64 in:1024 in:1024 new:1024
__kernel void k(__global const float *a, __global const float *b, __global float *c)
{
    const int i = get_global_id(0);
    c[i] = a[i] + b[i];
}
