// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
/* All wait, in each round, for the first item, which takes two turns for it. */
__kernel void k(__global const int *in, __global int *out)
{
    const uint l = get_local_id(0);
    uint n = 40000, i = 0;
    for (;;) {
        i++; //= issues=80000 simt_efficiency=0.515625
        if (l == 0 && (i & 1))
            continue;
        if (in[l] + --n == 0) //= issues=40000 simt_efficiency=1 global_load.requests=40000
            break;
    }
    out[l] = i; //= issues=1 simt_efficiency=1
}
