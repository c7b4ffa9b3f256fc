/* SPDX-License-Identifier: MIT */
/* Mean of 3x3 pixels of four bytes, clamped at the border. */
__kernel void blur_uchar4(__global const uchar4 *in, __global uchar4 *out, int width,
                          int height)
{
    int x = get_global_id(0);
    int y = get_global_id(1);
    float4 sum = (float4)(0.0f);

    for (int dy = -1; dy <= 1; dy++) {
        int row = clamp(y + dy, 0, height - 1);
        for (int dx = -1; dx <= 1; dx++) {
            int col = clamp(x + dx, 0, width - 1);
            sum += convert_float4(in[row * width + col]);
        }
    }
    out[y * width + x] = convert_uchar4_sat_rte(sum / 9.0f);
}
