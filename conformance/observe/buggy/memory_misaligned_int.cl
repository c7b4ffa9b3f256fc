// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:1024 out:256
// Records of 6 bytes, read as if an int could lie anywhere.
__kernel void k(__global const uchar *in, __global int *out)
{
    const int i = get_global_id(0);
    out[i] = *(__global const int *)(in + 6 * i); // BUG: memory
}
