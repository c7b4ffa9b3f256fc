// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:260
// Each item moves its right neighbour's element to itself, in place.
__kernel void k(__global int *a)
{
    const int i = get_global_id(0);
    a[i] = a[i + 1]; // BUG: race
}
