// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 index:256 out:256
// An index from memory that nobody checks.
__kernel void k(__global const int *in, __global const int *index, __global int *out)
{
    const int i = get_global_id(0);
    out[i] = in[index[i] * 3]; // BUG: memory
}
