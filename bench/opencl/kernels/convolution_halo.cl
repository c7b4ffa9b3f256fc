/* SPDX-License-Identifier: MIT */
/* A 5x5 filter over an image; each group loads its tile and a halo of 2. */
#define GROUP  16
#define RADIUS 2
#define SIDE   (GROUP + 2 * RADIUS)

__kernel void convolution_halo(__global float *out, __global const float *in,
                               __constant float *filter, int width, int height)
{
    __local float tile[SIDE * SIDE];
    const int lx = get_local_id(0);
    const int ly = get_local_id(1);
    const int left = (int)get_group_id(0) * GROUP - RADIUS;
    const int top = (int)get_group_id(1) * GROUP - RADIUS;

    for (int k = ly * GROUP + lx; k < SIDE * SIDE; k += GROUP * GROUP) {
        int x = clamp(left + k % SIDE, 0, width - 1);
        int y = clamp(top + k / SIDE, 0, height - 1);
        tile[k] = in[y * width + x];
    }
    barrier(CLK_LOCAL_MEM_FENCE);

    float sum = 0.0f;
    for (int dy = 0; dy <= 2 * RADIUS; dy++)
        for (int dx = 0; dx <= 2 * RADIUS; dx++)
            sum += filter[dy * (2 * RADIUS + 1) + dx] * tile[(ly + dy) * SIDE + lx + dx];

    int x = get_global_id(0);
    int y = get_global_id(1);
    if (x < width && y < height)
        out[y * width + x] = sum;
}
