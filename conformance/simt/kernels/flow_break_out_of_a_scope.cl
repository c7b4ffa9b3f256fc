// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    for (int j = 0; j < 8; j++) {
        int next = s + in[j]; //= issues=8 simt_efficiency=0.5625
        s = next;
        if (j == l % 8) //= branches=8 divergent_branches=7
            break;
    }
    out[l] = s; //= issues=1 simt_efficiency=1
}
