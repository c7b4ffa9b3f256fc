// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256
// Odd-even transposition: two phases without a barrier.
__kernel void k(__global int *a)
{
    const int i = get_local_id(0);
    if (i % 2 == 0) {
        const int t = a[i]; // BUG: race
        a[i] = a[i + 1]; // BUG: race
        a[i + 1] = t; // BUG: race
    } else if (i < 63) {
        const int t = a[i]; // BUG: race
        a[i] = a[i + 1]; // BUG: race
        a[i + 1] = t; // BUG: race
    }
}
