/* SPDX-License-Identifier: MIT */
/* Blends two images; the local size is left to the runtime. */
__kernel void null_local_2d(__global float *out, __global const float *a,
                            __global const float *b, float share)
{
    size_t x = get_global_id(0);
    size_t y = get_global_id(1);
    size_t i = y * get_global_size(0) + x;
    out[i] = mix(a[i], b[i], share);
}
