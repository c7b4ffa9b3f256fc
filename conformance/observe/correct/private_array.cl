// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 new:256
__kernel void k(__global const int *in, __global int *out)
{
    int values[8] = {0};
    const int i = get_global_id(0);
    for (int j = 0; j < 8; j++)
        values[(i + j) % 8] += in[(i + j) % 64];
    out[i] = values[i % 8];
}
