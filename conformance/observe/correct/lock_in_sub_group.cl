// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in0:4 in0:4
// Items of one sub-group take turns: those that have the lock leave the loop.
__kernel void k(__global int *lock, __global int *sum)
{
    int done = 0;
    while (!done) {
        if (atomic_cmpxchg(lock, 0, 1) == 0) {
            mem_fence(CLK_GLOBAL_MEM_FENCE);
            sum[0] += 1;
            mem_fence(CLK_GLOBAL_MEM_FENCE);
            atomic_xchg(lock, 0);
            done = 1;
        }
    }
}
