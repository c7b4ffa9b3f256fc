/* SPDX-License-Identifier: MIT */
/* Adds two arrays; the size is a prime, and the local size left to the runtime. */
__kernel void null_local_prime(__global const float *a, __global const float *b,
                               __global float *c)
{
    size_t i = get_global_id(0);
    c[i] = a[i] + b[i];
}
