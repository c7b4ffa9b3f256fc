// SPDX-License-Identifier: MIT
// RUN: global=16x16 local=16x16 in:4096 in:4096 out:1024
// Tiled matrix multiplication without the barrier at the end of a tile.
__kernel void k(__global const float *a, __global const float *b, __global float *c)
{
    __local float s[16][16], t[16][16];
    const int x = get_local_id(0), y = get_local_id(1);
    float sum = 0;
    for (int i = 0; i < 4; i++) {
        s[y][x] = a[y * 64 + i * 16 + x]; // BUG: race
        t[y][x] = b[(i * 16 + y) * 16 + x]; // BUG: race
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int j = 0; j < 16; j++)
            sum += s[y][j] * t[j][x]; // BUG: race
    }
    c[y * 16 + x] = sum;
}
