// SPDX-License-Identifier: MIT
// RUN: global=512 local=256 in0:4096 out:2048
/* The first sub-group of each group waits for the last one, and that for the first. */
__kernel void k(__global int *flags, __global int *out)
{
    volatile __local int there, back;
    const uint l = get_local_id(0);
    if (l == 0)
        there = back = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l == 255)
        there = 1;
    if (l == 0) {
        while (!there)
            ;
        back = 1;
    }
    if (l == 255)
        while (!back)
            ;
    out[get_global_id(0)] = back;
}
