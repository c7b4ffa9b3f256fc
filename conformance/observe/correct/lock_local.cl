// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 new:8
// A lock in local memory.
__kernel void k(__global int *out)
{
    __local int lock, sum;
    int done = 0;
    if (get_local_id(0) == 0)
        lock = sum = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    while (!done) {
        if (atomic_cmpxchg(&lock, 0, 1) == 0) {
            sum += 1;
            mem_fence(CLK_LOCAL_MEM_FENCE);
            atomic_xchg(&lock, 0);
            done = 1;
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (get_local_id(0) == 0)
        out[get_group_id(0)] = sum;
}
