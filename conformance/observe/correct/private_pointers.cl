// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 out:512 in:512
// Private arrays are reached by pointers that lie in memory, before and behind a barrier.
__kernel void k(__global int *out, __global const int *in)
{
    __local int shared[64];
    const int i = get_global_id(0), l = get_local_id(0), n = in[i] & 7;
    int a[8], b[8];
    int *either[2];

    for (int k = 0; k < 8; k++) {
        a[k] = in[i] + k;
        b[k] = in[i] * k;
    }
    either[n & 1] = a;
    either[(n & 1) ^ 1] = b;
    either[i & 1][n] = 5;
    shared[l] = either[0][1];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[i] = either[1][(i + 1) & 7] + shared[63 - l] + a[n] + b[n];
}
