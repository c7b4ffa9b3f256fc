/* SPDX-License-Identifier: MIT */
/* The Mandelbrot set: each pixel leaves the loop when it escapes. */
__kernel void mandelbrot(__global uint *out, uint width, uint height, uint limit)
{
    uint px = get_global_id(0);
    uint py = get_global_id(1);
    if (px >= width || py >= height)
        return;

    float cx = 3.0f * px / width - 2.25f;
    float cy = 2.5f * py / height - 1.25f;
    float x = 0.0f, y = 0.0f;
    uint step = 0;

    while (x * x + y * y <= 4.0f && step < limit) {
        float next = x * x - y * y + cx;
        y = 2.0f * x * y + cy;
        x = next;
        step++;
    }
    out[py * width + px] = step;
}
