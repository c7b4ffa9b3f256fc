// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    for (int i = 0, n = 1 + l % 4;;) {
        i++; //= issues=8 simt_efficiency=0.5625
        if ((i + l) & 1)
            continue;
        s += in[l]; //= issues=4 simt_efficiency=0.625 global_load.requests=4
        if (s + --n == 0) //= branches=4 divergent_branches=3
            break;
    }
    out[l] = s; //= issues=1 simt_efficiency=1
}
