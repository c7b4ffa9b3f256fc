// SPDX-License-Identifier: MIT
// RUN: global=16 local=16 in:192 new:192
__kernel void k(__global const float *in, __global float *out)
{
    const int i = get_global_id(0);
    vstore3(vload3(i, in) * 2, i, out);
}
