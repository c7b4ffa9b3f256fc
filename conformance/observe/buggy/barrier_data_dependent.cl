// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    if (in[l] % 2 == 0)
        barrier(CLK_LOCAL_MEM_FENCE); // BUG: barrier
    out[l] = in[l];
}
