// SPDX-License-Identifier: MIT
// RUN: global=60 local=60 in:256 out:1024
// A window of four floats that moves by one: vload4 would do.
__kernel void k(__global const float *in, __global float4 *out)
{
    const int i = get_global_id(0);
    out[i] = *(__global const float4 *)(in + i); // BUG: memory
}
