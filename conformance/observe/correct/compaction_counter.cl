// SPDX-License-Identifier: MIT
// RUN: global=256 local=64 in:1024 new:1024 in0:4
// Each item takes a place of its own by an atomic.
__kernel void k(__global const int *in, __global int *out, __global int *count)
{
    const int x = in[get_global_id(0)];
    if (x % 2)
        out[atomic_inc(count)] = x;
}
