/* SPDX-License-Identifier: MIT */
/* A kernel that calls functions of another source. */
#include "complex_numbers.h"

__kernel void powers(__global float2 *out, __global const float2 *in, uint exponent)
{
    size_t i = get_global_id(0);

    out[i] = complex_power(in[i], exponent);
}
