// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 new:256 out:256
__kernel void k(__global const int *in, __global int *out)
{
    const int i = get_global_id(0);
    out[i] = in[i]; // BUG: uninit
}
