// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// Both ways have a barrier, but it is not the same one.
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    if (l < 32) {
        out[l] = in[l];
        barrier(CLK_GLOBAL_MEM_FENCE); // BUG: barrier
    } else {
        out[l] = -in[l];
        barrier(CLK_GLOBAL_MEM_FENCE); // BUG: barrier
    }
}
