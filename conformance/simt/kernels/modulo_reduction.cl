// SPDX-License-Identifier: MIT
// RUN: global=1024 local=256 in:4096 out:16
__kernel void k(__global const float *in, __global float *out)
{
    __local float part[256];
    const uint l = get_local_id(0);
    part[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 1; k < 256; k *= 2) {
        if (l % (2 * k) == 0) //= divergent_branches=188
            part[l] += part[l + k]; //= issues=188 simt_efficiency=0.169547872
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        out[get_group_id(0)] = part[0];
}
