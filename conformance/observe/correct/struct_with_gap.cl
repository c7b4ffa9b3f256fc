// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 new:512 new:512
struct s { char c; int i; };
__kernel void k(__global struct s *a, __global struct s *b)
{
    const int i = get_global_id(0);
    a[i].c = 1;
    a[i].i = i;
    b[i] = a[i];
}
