// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 out:516 in:256
__kernel void k(__global uchar *out, __global const uint *in)
{
    const int i = get_global_id(0);
    *(__global uint *)(out + 8 * i + 2) = in[i]; // BUG: memory
}
