// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:512
// A stencil in place: within a group the barrier helps, at its edge it does not.
__kernel void k(__global int *a)
{
    const int i = get_global_id(0), n = get_global_size(0);
    const int right = i + 1 < n ? a[i + 1] : 0; // BUG: race
    barrier(CLK_GLOBAL_MEM_FENCE);
    a[i] += right; // BUG: race
}
