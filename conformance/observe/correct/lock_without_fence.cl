// SPDX-License-Identifier: MIT
// RUN: global=64 local=1 in0:4 in0:4
__kernel void k(__global int *lock, __global int *sum)
{
    while (atomic_cmpxchg(lock, 0, 1) != 0)
        ;
    sum[0] += 1;
    atomic_xchg(lock, 0);
}
