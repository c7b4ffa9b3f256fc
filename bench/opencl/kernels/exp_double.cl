/* SPDX-License-Identifier: MIT */
/* Exponential and logarithm in double precision. */
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

__kernel void exp_double(__global double *out, __global const double *in)
{
    size_t i = get_global_id(0);
    double x = in[i];
    out[i] = exp(-x) * log(1.0 + x);
}
