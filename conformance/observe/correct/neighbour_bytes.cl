// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 new:64 new:128
__kernel void k(__global uchar *a, __global ushort *b)
{
    a[get_global_id(0)] = 1;
    b[get_global_id(0)] = 2;
}
