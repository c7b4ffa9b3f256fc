// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// Items go round the loop a different number of times.
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int sum = 0;
    for (int i = 0; i < l % 4; i++) {
        sum += in[i];
        barrier(CLK_LOCAL_MEM_FENCE); // BUG: barrier
    }
    out[l] = sum;
}
