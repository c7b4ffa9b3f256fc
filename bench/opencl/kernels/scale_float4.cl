/* SPDX-License-Identifier: MIT */
/* Copies an array of float4, scaled; one vector per work-item. */
__kernel void scale_float4(__global float4 *out, __global const float4 *in, float factor)
{
    size_t i = get_global_id(0);
    out[i] = in[i] * factor;
}
