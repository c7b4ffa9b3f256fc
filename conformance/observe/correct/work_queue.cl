// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:1024 new:1024 in0:4
__kernel void k(__global const int *in, __global int *out, __global int *next)
{
    for (int i = atomic_inc(next); i < 256; i = atomic_inc(next))
        out[i] = 2 * in[i];
}
