// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:1024 out:1024
__kernel void k(__global const float4 *in, __global float4 *out)
{
    __local float4 row[64];
    __local double pairs[64];
    const uint l = get_local_id(0);
    row[l] = in[l];  //= global_load.sectors_per_request=16 local_store.cycles=8 local_store.conflict_degree=1
    pairs[l] = l;    //= local_store.cycles=4 local_store.conflict_degree=1
    barrier(CLK_LOCAL_MEM_FENCE);
    out[l] = row[63 - l] * (float)pairs[l];
}
