// SPDX-License-Identifier: MIT
// RUN: global=1024 local=64 in:4096 int:2
__kernel void k(__global float *a, int every)
{
    const int i = get_global_id(0);
    float x = i;
    if (i % every == 0)
        x = x * 2.0f + 1.0f;
    else
        x = x * 3.0f + 1.0f;
    a[i] = x;
}
