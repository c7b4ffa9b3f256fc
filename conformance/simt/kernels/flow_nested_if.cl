// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    if (l < 16) {
        s = in[l]; //= issues=1 simt_efficiency=0.5
        if (l < 4) //= divergent_branches=1
            s += in[l + 1]; //= issues=1 simt_efficiency=0.125
        s += in[l + 2]; //= issues=1 simt_efficiency=0.5
    }
    out[l] = s; //= issues=1 simt_efficiency=1
}
