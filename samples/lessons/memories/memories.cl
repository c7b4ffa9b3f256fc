/* SPDX-License-Identifier: MIT */
/* Sums of eight neighbours, out[i] = in[i] + ... + in[i + 7], by way of different memories. */
#define NEIGHBOURS 8
#define GROUP      64

__kernel void from_global(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);
    uint sum = 0;

    for (uint k = 0; k < NEIGHBOURS; k++)
        sum += in[i + k];
    out[i] = sum;
}

__kernel void from_local(__global uint *out, __global const uint *in)
{
    __local uint near[GROUP + NEIGHBOURS - 1];
    size_t i = get_global_id(0);
    size_t l = get_local_id(0);
    uint sum = 0;

    near[l] = in[i];
    if (l < NEIGHBOURS - 1)
        near[GROUP + l] = in[i + GROUP];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 0; k < NEIGHBOURS; k++)
        sum += near[l + k];
    out[i] = sum;
}

/* The same with weights, which all work-items read together. */
__kernel void with_weights(__global uint *out, __global const uint *in,
                           __constant uint *weights)
{
    size_t i = get_global_id(0);
    uint sum = 0;

    for (uint k = 0; k < NEIGHBOURS; k++) {
        uint weight = weights[k];

        sum += weight * in[i + k];
    }
    out[i] = sum;
}
