// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
int pick(int l, __global const int *in)
{
    if (l & 1) //= branches=2 divergent_branches=2
        return in[l]; //= issues=2 simt_efficiency=0.5
    return in[l + 1]; //= issues=2 simt_efficiency=0.5
}
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    s = pick(l, in) + pick(l + 1, in);
    out[l] = s; //= issues=1 simt_efficiency=1
}
