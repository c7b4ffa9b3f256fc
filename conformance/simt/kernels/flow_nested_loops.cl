// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    int s = 0;
    for (int a = 0; a <= (l & 1); a++)
        for (int b = 0; b <= (l >> 1 & 1); b++)
            s += in[b]; //= issues=4 simt_efficiency=0.5625
    out[l] = s; //= issues=1 simt_efficiency=1
}
