// SPDX-License-Identifier: MIT
// RUN: global=1 local=1 in:65536 int:1000
__kernel void k(__global int *next, int steps)
{
    int at = 0;
    for (int n = 0; n < steps; n++)
        at = next[at];
    next[0] = at;
}
