// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:512 out:512
// Each item reads what its neighbour wrote, without a barrier.
__kernel void k(__global const int *in, __global int *out)
{
    __local int tile[64];
    const int l = get_local_id(0);
    tile[l] = in[get_global_id(0)]; // BUG: race
    out[get_global_id(0)] = tile[(l + 1) % 64]; // BUG: race
}
