// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    if (l < 16 &&
        in[l] == 0 && //= issues=1 simt_efficiency=0.5
        l % 2 == 0) //= issues=1 simt_efficiency=0.5
        s = in[l + 1]; //= issues=1 simt_efficiency=0.25
    out[l] = s; //= issues=1 simt_efficiency=1
}
