// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
__kernel void k(__global const int *in, __global int *out)
{
    __local uchar bytes[512];
    const int i = get_local_id(0);
    for (int k = 0; k < 8; k++)
        bytes[8 * i + k] = (uchar)(in[i] + k);
    barrier(CLK_LOCAL_MEM_FENCE);
    out[i] = *(__local int *)(bytes + 8 * i + (i == 40)); // BUG: memory
}
