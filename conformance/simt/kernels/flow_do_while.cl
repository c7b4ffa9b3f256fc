// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    int j = 0;
    do
        s += in[j]; //= issues=4 simt_efficiency=0.625
    while (++j <= l % 4);
    out[l] = s; //= issues=1 simt_efficiency=1
}
