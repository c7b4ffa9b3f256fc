// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:4
__kernel void k(__global const int *in, __global int *out)
{
    if (in[get_global_id(0)] >= 0)
        out[0]++; // BUG: race
}
