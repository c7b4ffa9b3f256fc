// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    switch (l % 4) { //= branches=1 divergent_branches=1
    case 0:
        s = in[l]; //= issues=1 simt_efficiency=0.25
        break;
    case 1:
        s = in[l + 1]; //= issues=1 simt_efficiency=0.25
        break;
    case 2:
        s = in[l + 2]; //= issues=1 simt_efficiency=0.25
        break;
    default:
        s = in[l + 3]; //= issues=1 simt_efficiency=0.25
    }
    out[l] = s; //= issues=1 simt_efficiency=1
}
