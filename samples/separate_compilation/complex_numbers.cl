/* SPDX-License-Identifier: MIT */
/* A library of functions, without a kernel. */
#include "complex_numbers.h"

float2 complex_multiply(float2 a, float2 b)
{
    return (float2)(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);
}

float2 complex_power(float2 z, uint exponent)
{
    float2 power = (float2)(1, 0);

    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1)
            power = complex_multiply(power, z);
        z = complex_multiply(z, z);
    }
    return power;
}
