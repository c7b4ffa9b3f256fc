/* SPDX-License-Identifier: MIT */
/* Turns each point by an angle of its own: sincos with a pointer result. */
__kernel void rotate_sincos(__global float2 *out, __global const float2 *in,
                            __global const float *angles, int n)
{
    int i = get_global_id(0);
    if (i >= n)
        return;

    float c;
    float s = sincos(angles[i], &c);
    float2 p = in[i];
    out[i] = (float2)(c * p.x - s * p.y, s * p.x + c * p.y);
}
