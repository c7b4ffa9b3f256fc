/* SPDX-License-Identifier: MIT */
/* A tiny kernel, launched a thousand times in a row. */
__kernel void small_launches(__global int *data)
{
    int i = get_global_id(0);
    data[i] += i;
}
