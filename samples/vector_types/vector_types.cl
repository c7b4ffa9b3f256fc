/* SPDX-License-Identifier: MIT */
/* Colours as vectors: a pixel is one value. Pictures come in and go out with three bytes per pixel. */

/* vload3 reads three neighbours from an address that no uchar3, which takes four bytes, could have. */
__kernel void unpack(__global const uchar *rgb, __global float4 *colours)
{
    size_t i = get_global_id(0);

    colours[i] = (float4)(convert_float3(vload3(i, rgb)) / 255.0f, 1.0f);
}

/* Moves each colour towards or away from the grey of the same brightness, then tints it. */
__kernel void grade(__global float4 *colours, float3 tint, float saturation)
{
    const float3 weights = (float3)(0.25f, 0.625f, 0.125f); /* of the eye's three receptors, about */
    size_t i = get_global_id(0);
    float4 colour = colours[i];
    float3 grey = dot(colour.rgb, weights);

    colour.rgb = clamp(mix(grey, colour.rgb, saturation) * tint, 0.0f, 1.0f);
    /* Where a channel is at its end, all of the pixel is marked as such in alpha. */
    colour.a = any(colour.rgb == 1.0f) ? 0.5f : 1.0f;
    colours[i] = colour;
}

/* Back to bytes, in the order blue, green, red; out of range becomes the nearest byte, and halves are
 * rounded to even. */
__kernel void pack(__global const float4 *colours, __global uchar *bgr)
{
    size_t i = get_global_id(0);

    vstore3(convert_uchar3_sat_rte(colours[i].bgr * 255.0f), i, bgr);
}
