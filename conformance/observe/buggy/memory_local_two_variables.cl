// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// Behind the end of one variable lies the other.
__kernel void k(__global const int *in, __global int *out)
{
    __local int a[64], b[64];
    const int l = get_local_id(0);
    a[l] = in[l];
    b[l] = in[l];
    barrier(CLK_LOCAL_MEM_FENCE);
    a[l + 64] = 0; // BUG: memory
    barrier(CLK_LOCAL_MEM_FENCE);
    out[l] = a[l] + b[l];
}
