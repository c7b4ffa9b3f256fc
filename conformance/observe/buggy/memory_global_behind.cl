// SPDX-License-Identifier: MIT
// RUN: global=65 local=1 in:256 out:260
// One item more than there are elements.
__kernel void k(__global const int *in, __global int *out)
{
    const int i = get_global_id(0);
    out[i] = in[i]; // BUG: memory
}
