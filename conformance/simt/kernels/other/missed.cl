// SPDX-License-Identifier: MIT
// RUN: global=256 local=128 in:4096 out:2048
/* The last sub-group of each group comes to another barrier than the others. */
__kernel void k(__global const int *in, __global int *out)
{
    const uint l = get_local_id(0);
    if (l < 96)
        barrier(CLK_LOCAL_MEM_FENCE);
    out[get_global_id(0)] = in[l];
}
