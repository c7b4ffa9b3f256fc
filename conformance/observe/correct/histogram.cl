// SPDX-License-Identifier: MIT
// RUN: global=256 local=64 in:1024 in0:64
__kernel void k(__global const int *in, __global int *out)
{
    __local int bins[16];
    const int l = get_local_id(0);
    if (l < 16)
        bins[l] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    atomic_inc(&bins[in[get_global_id(0)] & 15]);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < 16)
        atomic_add(&out[l], bins[l]);
}
