// SPDX-License-Identifier: MIT
// RUN: global=16x17 local=16x1 in:1024 out:1088
// Rows and columns mixed up at the end: 17 rows of 16.
__kernel void k(__global const int *in, __global int *out)
{
    const int x = get_global_id(0), y = get_global_id(1);
    if (y < 16)
        out[y * 16 + x] = 0;
    else if (x < 16)
        out[256 + x] = in[y * 16 + x]; // BUG: memory
}
