// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256 local:256
__kernel void k(__global const int *in, __global int *out, __local int *tile)
{
    const int l = get_local_id(0);
    tile[l] = in[l]; // BUG: race
    out[l] = tile[l ^ 1]; // BUG: race
}
