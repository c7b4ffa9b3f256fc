// SPDX-License-Identifier: MIT
// RUN: global=16 local=16 in:256 new:256
__kernel void k(__global const float3 *in, __global float3 *out)
{
    const int i = get_global_id(0);
    out[i] = in[i] * 2;
}
