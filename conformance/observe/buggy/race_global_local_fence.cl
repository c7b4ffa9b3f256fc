// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// The barrier fences local memory, and the items share global memory.
__kernel void k(__global int *a, __global int *out)
{
    const int l = get_local_id(0);
    a[l] = l; // BUG: race
    barrier(CLK_LOCAL_MEM_FENCE);
    out[l] = a[63 - l]; // BUG: race
}
