// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    int j = 0;
    if (l & 1) //= divergent_branches=1
        goto middle;
    for (; j < 2; j++) {
        s += in[j]; //= issues=2 simt_efficiency=0.75
    middle:
        s += in[j + 1]; //= issues=3 simt_efficiency=0.666666667
    }
    out[l] = s; //= issues=1 simt_efficiency=1
}
