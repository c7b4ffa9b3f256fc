// SPDX-License-Identifier: MIT
// RUN: global=64 local=1 in0:4 in0:4
__kernel void k(__global volatile int *lock, __global int *sum)
{
    while (atomic_cmpxchg(lock, 0, 1) != 0)
        ;
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    sum[0] += 1;
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    *lock = 0;
}
