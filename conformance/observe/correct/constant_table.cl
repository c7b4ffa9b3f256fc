// SPDX-License-Identifier: MIT
// RUN: global=16 local=16 in:48 new:64
__constant int table[4] = {1, 2, 3, 4};
__kernel void k(__constant int *weights, __global int *out)
{
    const int i = get_global_id(0);
    out[i] = table[i % 4] * weights[i % 12];
}
