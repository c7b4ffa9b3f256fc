// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:512 in0:64 in0:64
// A lock for each bin.
__kernel void k(__global const int *in, __global int *locks, __global int *bins)
{
    const int bin = in[get_global_id(0)] & 15;
    int done = 0;
    while (!done) {
        if (atomic_xchg(&locks[bin], 1) == 0) {
            bins[bin] += 1;
            mem_fence(CLK_GLOBAL_MEM_FENCE);
            atomic_xchg(&locks[bin], 0);
            done = 1;
        }
    }
}
