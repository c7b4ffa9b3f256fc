// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:512 new:512
__kernel void k(__global const int *in, __global int *out)
{
    const int i = get_global_id(0), n = get_global_size(0);
    out[i] = in[i] + (i > 0 ? in[i - 1] : 0) + (i + 1 < n ? in[i + 1] : 0);
}
