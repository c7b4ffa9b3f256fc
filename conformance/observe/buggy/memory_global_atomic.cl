// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:64
__kernel void k(__global int *bins)
{
    atomic_inc(&bins[get_global_id(0) % 17]); // BUG: memory
}
