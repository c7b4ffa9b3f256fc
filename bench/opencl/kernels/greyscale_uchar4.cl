/* SPDX-License-Identifier: MIT */
/* A colour image to grey, keeping alpha; integer weights. */
__kernel void greyscale_uchar4(__global uchar4 *out, __global const uchar4 *in, int width)
{
    int i = get_global_id(1) * width + get_global_id(0);
    uchar4 pixel = in[i];
    uchar grey = (uchar)((77 * pixel.x + 150 * pixel.y + 29 * pixel.z) >> 8);
    out[i] = (uchar4)(grey, grey, grey, pixel.w);
}
