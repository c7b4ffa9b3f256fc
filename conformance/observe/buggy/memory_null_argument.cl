// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 null
__kernel void k(__global const int *in, __global int *out)
{
    const int i = get_global_id(0);
    out[i] = in[i]; // BUG: memory
}
