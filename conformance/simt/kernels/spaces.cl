// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 ro:256 in:256 out:256
__kernel void k(__constant float *coefficients, __global const float *in, __global float *out)
{
    __local float row[64];
    const uint l = get_local_id(0);
    float own[4] = {1, 2, 3, 4};
    row[l] = in[l];
    barrier(CLK_LOCAL_MEM_FENCE);
    float a = coefficients[3]; //= constant_load.requests=2 constant_load.sectors_per_request=1
    float b = row[0];          //= local_load.requests=2 local_load.conflict_degree=1
    float c = own[l % 4];      //= issues=2
    out[l] = a + b + c;        //= global_store.requests=2
}
