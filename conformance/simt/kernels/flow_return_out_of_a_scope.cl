// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in0:4096 out:128
int find(__global const int *in, int l)
{
    for (int j = 0; j < 8; j++) {
        int next = in[j] + j; //= issues=8 simt_efficiency=0.5625
        if (next == l % 8) //= branches=8 divergent_branches=7
            return next;
    }
    return -1;
}

__kernel void k(__global const int *in, __global int *out)
{
    const int l = get_local_id(0);
    out[l] = find(in, l); //= global_store.requests=1 global_store.sectors=4
}
