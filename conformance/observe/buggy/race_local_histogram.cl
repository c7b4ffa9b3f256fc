// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:512 in0:64
// Counters of a group that are added to without atomics.
__kernel void k(__global const int *in, __global int *out)
{
    __local int bins[16];
    const int l = get_local_id(0);
    if (l < 16)
        bins[l] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    bins[in[get_global_id(0)] & 15]++; // BUG: race
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < 16)
        atomic_add(&out[l], bins[l]);
}
