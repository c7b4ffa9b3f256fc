// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:512 new:512
__kernel void k(__global const int *in, __global int *out)
{
    __local int a[64];
    const int l = get_local_id(0), i = get_global_id(0);
    int sum = 0;
    for (int r = 0; r < 3 + (int)get_group_id(0); r++) {
        a[l] = in[i] + r;
        barrier(CLK_LOCAL_MEM_FENCE);
        sum += a[63 - l];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    out[i] = sum;
}
