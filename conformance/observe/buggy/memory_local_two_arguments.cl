// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 out:256 local:256 local:256
__kernel void k(__global int *out, __local int *a, __local int *b)
{
    const int l = get_local_id(0);
    a[l] = b[l] = l;
    barrier(CLK_LOCAL_MEM_FENCE);
    out[l] = b[l - 1]; // BUG: memory
}
