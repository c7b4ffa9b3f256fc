/* SPDX-License-Identifier: MIT */
/* Two polynomials of degree 24 by Horner's rule, in fused multiply-adds. */
#define DEGREE 24

__kernel void polynomial(__global float *out, __global const float *in,
                         __constant float *coefficients)
{
    size_t i = get_global_id(0);
    float x = in[i];
    float even = coefficients[0];
    float odd = coefficients[DEGREE];

    for (int k = 1; k <= DEGREE; k++) {
        even = fma(even, x, coefficients[k]);
        odd = mad(odd, -x, coefficients[DEGREE - k]);
    }
    out[i] = even + odd;
}
