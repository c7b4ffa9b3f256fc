/* SPDX-License-Identifier: MIT */
/* Median of 3x3 bytes: a private array, sorted half way by selection. */
__kernel void median9(__global uchar *out, __global const uchar *in, int width,
                      int height)
{
    int x = get_global_id(0);
    int y = get_global_id(1);
    uchar window[9];
    int count = 0;

    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
            window[count++] =
                in[clamp(y + dy, 0, height - 1) * width + clamp(x + dx, 0, width - 1)];
    for (int i = 0; i <= 4; i++) {
        for (int j = i + 1; j < 9; j++) {
            if (window[j] < window[i]) {
                uchar kept = window[i];
                window[i] = window[j];
                window[j] = kept;
            }
        }
    }
    out[y * width + x] = window[4];
}
