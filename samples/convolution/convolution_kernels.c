/* SPDX-License-Identifier: MIT */
/* convolution.cl as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

#define CHANNELS 3

VGPU_KERNEL(convolution, (__global const uchar *, in), (__global uchar *, out),
            (__constant int *, weights), (int, radius), (int, divisor))
{
    int width = (int)get_global_size(0);
    int height = (int)get_global_size(1);
    int x = (int)get_global_id(0);
    int y = (int)get_global_id(1);
    int sums[CHANNELS] = {0, 0, 0};

    for (int dy = -radius; dy <= radius; dy++) {
        int row = clamp(y + dy, 0, height - 1);

        for (int dx = -radius; dx <= radius; dx++) {
            int column = clamp(x + dx, 0, width - 1);
            int weight = weights[(dy + radius) * (2 * radius + 1) + dx + radius];

            for (int c = 0; c < CHANNELS; c++)
                sums[c] += weight * in[(row * width + column) * CHANNELS + c];
        }
    }
    for (int c = 0; c < CHANNELS; c++)
        out[(y * width + x) * CHANNELS + c] = (uchar)clamp(sums[c] / divisor, 0, 255);
}
