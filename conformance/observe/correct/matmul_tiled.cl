// SPDX-License-Identifier: MIT
// RUN: global=32x32 local=16x16 in:4096 in:4096 new:4096
__kernel void k(__global const float *a, __global const float *b, __global float *c)
{
    __local float s[16][16], t[16][17];
    const int x = get_local_id(0), y = get_local_id(1);
    const int gx = get_global_id(0), gy = get_global_id(1);
    float sum = 0;
    for (int i = 0; i < 2; i++) {
        s[y][x] = a[gy * 32 + i * 16 + x];
        t[y][x] = b[(i * 16 + y) * 32 + gx];
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int j = 0; j < 16; j++)
            sum += s[y][j] * t[j][x];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    c[gy * 32 + gx] = sum;
}
