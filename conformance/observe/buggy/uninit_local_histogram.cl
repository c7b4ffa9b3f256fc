// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:64
// Counters of a group that nobody set to 0.
__kernel void k(__global const int *in, __global int *out)
{
    __local int bins[16];
    const int l = get_local_id(0);
    atomic_inc(&bins[in[l] & 15]); // BUG: uninit
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < 16)
        out[l] = bins[l];
}
