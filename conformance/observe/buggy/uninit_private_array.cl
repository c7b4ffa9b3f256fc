// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
__kernel void k(__global const int *in, __global int *out)
{
    int values[8];
    const int i = get_global_id(0);
    for (int j = 0; j < 7; j++)
        values[j] = in[(i + j) % 64];
    out[i] = values[(i + in[i]) % 8]; // BUG: uninit
}
