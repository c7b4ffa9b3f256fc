// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:512 out:8
// A tree reduction whose steps are not kept apart.
__kernel void k(__global const int *in, __global int *out)
{
    __local int part[64];
    const int l = get_local_id(0);
    part[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int s = 32; s > 0; s /= 2)
        if (l < s)
            part[l] += part[l + s]; // BUG: race
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l == 0)
        out[get_group_id(0)] = part[0];
}
