// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in0:4 new:1024
// Items push nodes to one list, as lock-free code does.
__kernel void k(__global int *head, __global int *next)
{
    const int me = get_global_id(0) + 1;
    int old = atomic_or(head, 0);
    for (;;) {
        next[me] = old;
        mem_fence(CLK_GLOBAL_MEM_FENCE);
        const int seen = atomic_cmpxchg(head, old, me);
        if (seen == old)
            break;
        old = seen;
    }
}
