/* SPDX-License-Identifier: MIT */
/* A tiny reduction with barriers, launched five hundred times in a row. */
__kernel void small_reductions(__global uint *out, __global const uint *in)
{
    __local uint part[64];
    uint l = get_local_id(0);

    part[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint step = 32; step > 0; step /= 2) {
        if (l < step)
            part[l] += part[l + step];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        out[get_group_id(0)] += part[0];
}
