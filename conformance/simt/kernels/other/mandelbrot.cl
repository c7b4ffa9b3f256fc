// SPDX-License-Identifier: MIT
// RUN: global=64x64 local=64x1 out:16384
#pragma OPENCL FP_CONTRACT OFF
__kernel void k(__global uint *out)
{
    const float cx = (float)get_global_id(0) * 0.046875f - 2.0f;
    const float cy = (float)get_global_id(1) * 0.046875f - 1.5f;
    float zx = 0, zy = 0;
    uint n = 0;
    while (n < 256 && zx * zx + zy * zy < 4.0f) {
        const float next = zx * zx - zy * zy + cx;
        zy = 2.0f * zx * zy + cy;
        zx = next;
        n++;
    }
    out[get_global_id(1) * 64 + get_global_id(0)] = n;
}
