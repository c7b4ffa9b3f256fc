// SPDX-License-Identifier: MIT
// RUN: global=64 local=1 in0:4 in0:4
// A lock that is taken for the first addition, not for the second.
__kernel void k(__global int *lock, __global int *sum)
{
    while (atomic_cmpxchg(lock, 0, 1) != 0)
        ;
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    sum[0] += 1; // BUG: race
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    atomic_xchg(lock, 0);
    sum[0] += 1; // BUG: race
}
