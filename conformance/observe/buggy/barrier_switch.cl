// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    switch (l % 3) {
    case 0:
        out[l] = 1;
        break;
    default:
        barrier(CLK_LOCAL_MEM_FENCE); // BUG: barrier
        out[l] = in[l];
    }
}
