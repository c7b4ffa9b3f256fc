// SPDX-License-Identifier: MIT
// RUN: global=32x32 local=16x16 in:4096
// A transposition in place, where both items of a pair write both places.
__kernel void k(__global int *a)
{
    const int x = get_global_id(0), y = get_global_id(1);
    const int t = a[y * 32 + x]; // BUG: race
    a[y * 32 + x] = a[x * 32 + y]; // BUG: race
    a[x * 32 + y] = t; // BUG: race
}
