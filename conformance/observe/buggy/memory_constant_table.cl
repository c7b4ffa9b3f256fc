// SPDX-License-Identifier: MIT
// RUN: global=16 local=16 out:64
__constant int table[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
__kernel void k(__global int *out)
{
    const int i = get_global_id(0);
    out[i] = table[i]; // BUG: memory
}
