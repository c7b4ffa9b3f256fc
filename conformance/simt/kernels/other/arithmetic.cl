// SPDX-License-Identifier: MIT
// RUN: global=1024 local=64 in:4096
__kernel void k(__global float *a)
{
    const size_t i = get_global_id(0);
    float x = a[i];
    for (int n = 0; n < 1000; n++)
        x = fma(x, 0.5f, x) + 0.25f;
    a[i] = x;
}
