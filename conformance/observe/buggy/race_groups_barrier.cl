// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:512 out:512
// Barriers do not reach beyond the group.
__kernel void k(__global int *a, __global int *out)
{
    const int i = get_global_id(0), n = get_global_size(0);
    a[i] = i; // BUG: race
    barrier(CLK_GLOBAL_MEM_FENCE);
    out[i] = a[n - 1 - i]; // BUG: race
}
