// SPDX-License-Identifier: MIT
// RUN: std=CL3.0 global=100 local=64 in:400 new:400
// A group at the edge of the NDRange, which is smaller.
__kernel void k(__global const int *in, __global int *out)
{
    __local int a[64];
    const int l = get_local_id(0), i = get_global_id(0), n = get_local_size(0);
    a[l] = in[i];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[i] = a[n - 1 - l];
}
