// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:128 out:256
__kernel void k(__constant int *weights, __global int *out)
{
    const int i = get_global_id(0);
    out[i] = weights[i]; // BUG: memory
}
