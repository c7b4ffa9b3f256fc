// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:4
__kernel void k(__global const int *in, __global int *out)
{
    out[0] = in[get_global_id(0)]; // BUG: race
}
