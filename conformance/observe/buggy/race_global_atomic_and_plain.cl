// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:4 out:256
__kernel void k(__global int *counter, __global int *out)
{
    atomic_inc(counter); // BUG: race
    out[get_global_id(0)] = counter[0]; // BUG: race
}
