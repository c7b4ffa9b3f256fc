/* SPDX-License-Identifier: MIT */
/* Sobel's edges with size_t indices; a global offset leaves the border out. */
__kernel void stencil_size_t(__global float *out, __global const float *in, ulong pitch)
{
    size_t width = pitch;
    size_t i = get_global_id(1) * width + get_global_id(0);
    __global const float *up = in + i - width;
    __global const float *here = in + i;
    __global const float *down = in + i + width;
    float gx = up[1] - up[-1] + 2.0f * (here[1] - here[-1]) + down[1] - down[-1];
    float gy = down[-1] - up[-1] + 2.0f * (down[0] - up[0]) + down[1] - up[1];

    out[i] = sqrt(gx * gx + gy * gy);
}
