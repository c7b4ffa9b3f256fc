// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 new:256
__kernel void k(__global const int *in, __global int *out)
{
    __local int t[2][64];
    const int l = get_local_id(0);
    int from = 0;
    t[0][l] = in[l];
    for (int d = 1; d < 64; d *= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        t[1 - from][l] = t[from][l] + (l >= d ? t[from][l - d] : 0);
        from = 1 - from;
    }
    out[l] = t[from][l];
}
