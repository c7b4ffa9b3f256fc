// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:1024 out:1024
// Vectors that overlap: item i stores four elements from i on.
__kernel void k(__global const int *in, __global int *out)
{
    const int i = get_global_id(0);
    vstore4((int4)(in[i]), 0, out + i); // BUG: race
}
