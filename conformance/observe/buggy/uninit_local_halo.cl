// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// The halo of the tile is filled on one side only.
__kernel void k(__global const int *in, __global int *out)
{
    __local int tile[66];
    const int l = get_local_id(0);
    tile[l + 1] = in[l];
    if (l == 0)
        tile[0] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    out[l] = tile[l] + tile[l + 2]; // BUG: uninit
}
