// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:400 out:400 int:100
// A global size that was rounded up, and no `if`.
__kernel void k(__global const float *in, __global float *out, int n)
{
    const int i = get_global_id(0);
    const float x = i < n ? in[i] : 0;
    out[i] = 2 * x; // BUG: memory
}
