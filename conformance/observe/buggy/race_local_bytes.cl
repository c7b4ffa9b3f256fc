// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// Bytes that lie in one word are places of their own; the neighbour's is not.
__kernel void k(__global const int *in, __global int *out)
{
    __local uchar tile[64];
    const int l = get_local_id(0);
    tile[l] = (uchar)in[l]; // BUG: race
    out[l] = tile[l ^ 3]; // BUG: race
}
