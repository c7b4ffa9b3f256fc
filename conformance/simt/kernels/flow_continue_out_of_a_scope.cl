// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    for (int j = 0; j < 4; j++) {
        int next = s + in[j]; //= issues=4 simt_efficiency=1
        if ((l + j) & 1) //= branches=4 divergent_branches=4
            continue;
        int twice = 2 * next + in[j]; //= issues=4 simt_efficiency=0.5
        s = twice;
    }
    out[l] = s; //= issues=1 simt_efficiency=1
}
