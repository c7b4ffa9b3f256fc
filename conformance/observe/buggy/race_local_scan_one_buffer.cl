// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// A scan in one buffer: the read and the write of a step need a barrier between them.
__kernel void k(__global const int *in, __global int *out)
{
    __local int t[64];
    const int l = get_local_id(0);
    t[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int d = 1; d < 64; d *= 2) {
        const int v = l >= d ? t[l - d] : 0; // BUG: race
        t[l] += v; // BUG: race
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    out[get_global_id(0)] = t[l];
}
