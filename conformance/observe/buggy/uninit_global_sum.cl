// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 new:4
// A sum that nobody set to 0.
__kernel void k(__global const int *in, __global int *sum)
{
    atomic_add(sum, in[get_global_id(0)]); // BUG: uninit
}
