// SPDX-License-Identifier: MIT
// RUN: global=256 local=1 in:1024 in0:64
__kernel void k(__global const int *in, __global int *bins)
{
    bins[in[get_global_id(0)] & 15] += 1; // BUG: race
}
