// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in0:256 in0:256
__kernel void k(__global int *all, __global int *pairs)
{
    const uint i = get_global_id(0);
    atomic_inc(all);           //= atomics.requests=2 atomics.operations=64 atomics.contention=32 atomics.max_contention=32
    atomic_inc(pairs + i / 2); //= atomics.contention=2
    atomic_add(pairs + i, 1);  //= atomics.contention=1 atomics.max_contention=1
}
