/* SPDX-License-Identifier: MIT */
/* Nine-point stencil with uint indices, clamped at the border. */
#define AT(x, y) in[(y)*width + (x)]

__kernel void stencil_uint(__global float *out, __global const float *in, uint width,
                           uint height)
{
    uint x = get_global_id(0);
    uint y = get_global_id(1);
    uint left = x > 0 ? x - 1 : 0;
    uint right = min(x + 1, width - 1);
    uint up = y > 0 ? y - 1 : 0;
    uint down = min(y + 1, height - 1);

    out[y * width + x] =
        (AT(left, up) + AT(x, up) + AT(right, up) + AT(left, y) + AT(x, y) +
         AT(right, y) + AT(left, down) + AT(x, down) + AT(right, down)) /
        9.0f;
}
