// SPDX-License-Identifier: MIT
// RUN: global=128 local=1 in:512 out:4
// Groups of one item: no two of one group, but all of all.
__kernel void k(__global const int *in, __global int *out)
{
    out[0] = in[get_global_id(0)]; // BUG: race
}
