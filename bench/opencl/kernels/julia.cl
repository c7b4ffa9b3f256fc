/* SPDX-License-Identifier: MIT */
/* A Julia set with a fixed number of steps: no lane ever leaves the loop early. */
#define STEPS 64

__kernel void julia(__global int *out, int width, int height, float cx, float cy)
{
    int px = get_global_id(0);
    int py = get_global_id(1);
    float x = 3.0f * px / width - 1.5f;
    float y = 3.0f * py / height - 1.5f;
    int inside = 0;

    for (int step = 0; step < STEPS; step++) {
        float next = x * x - y * y + cx;
        y = 2.0f * x * y + cy;
        x = next;
        inside += x * x + y * y < 4.0f ? 1 : 0;
    }
    out[py * width + px] = inside;
}
