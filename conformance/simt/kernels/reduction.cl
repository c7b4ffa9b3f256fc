// SPDX-License-Identifier: MIT
// RUN: global=1024 local=256 in:4096 out:16
__kernel void k(__global const float *in, __global float *out)
{
    __local float part[256];
    const uint l = get_local_id(0);
    part[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 1; k < 256; k *= 2) {
        if (2 * k * l < 256) //= branches=256 divergent_branches=20
            part[2 * k * l] += part[2 * k * l + k]; //= issues=48 local_store.requests=48 local_store.cycles=188 local_store.conflict_degree=3.916666667 local_store.max_conflict_degree=8 local_load.requests=96
        barrier(CLK_LOCAL_MEM_FENCE); //= barriers=256
    }
    if (l == 0) //= branches=32 divergent_branches=4
        out[get_group_id(0)] = part[0]; //= simt_efficiency=0.03125
}
