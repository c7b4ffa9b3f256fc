/* SPDX-License-Identifier: MIT */
/* Complex numbers in OpenCL C: x is the real part, y the imaginary one. */
#ifndef COMPLEX_NUMBERS_H
#define COMPLEX_NUMBERS_H

float2 complex_multiply(float2 a, float2 b);
float2 complex_power(float2 z, uint exponent);

#endif
