// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256 int:50
// Items beyond the end leave before the barrier.
__kernel void k(__global const int *in, __global int *out, int n)
{
    __local int tile[64];
    const int l = get_local_id(0);
    if (l >= n)
        return;
    tile[l] = in[l];
    barrier(CLK_LOCAL_MEM_FENCE); // BUG: barrier
    out[l] = tile[l];
}
