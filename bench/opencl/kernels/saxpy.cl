/* SPDX-License-Identifier: MIT */
/* y = a x + y over a flat array, with the usual guard. */
__kernel void saxpy(__global float *y, __global const float *x, const float a,
                    const int n)
{
    int i = get_global_id(0);
    if (i < n)
        y[i] = a * x[i] + y[i];
}
