// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
__kernel void k(__global const int *in, __global int *out)
{
    const int i = get_global_id(0);
    int at = i - 32;
    if (in[i] >= 0)
        out[at < -1 ? 0 : at] = 1; // BUG: memory race
}
