// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 half:256 out:256
// Half of the buffer was written.
__kernel void k(__global const int *in, __global int *out)
{
    const int i = get_global_id(0);
    out[i] = in[i]; // BUG: uninit
}
