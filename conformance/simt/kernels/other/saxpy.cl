// SPDX-License-Identifier: MIT
// RUN: global=65536 local=64 in:262144 in:262144
__kernel void k(__global float *y, __global const float *x)
{
    const size_t i = get_global_id(0);
    y[i] = fma(0.5f, x[i], y[i]);
}
