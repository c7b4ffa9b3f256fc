// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:4096 out:4096
// Far behind, where another buffer may lie.
__kernel void k(__global int *a, __global int *b)
{
    const int i = get_global_id(0);
    a[i] = 1;
    b[i] = 1;
    a[i + 1500] = 2; // BUG: memory
}
