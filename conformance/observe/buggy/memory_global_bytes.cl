// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:63 out:64
__kernel void k(__global const uchar *in, __global uchar *out)
{
    const int i = get_global_id(0);
    out[i] = in[i]; // BUG: memory
}
