// SPDX-License-Identifier: MIT
// RUN: global=32 local=32 in:252 out:256
__kernel void k(__global const double *in, __global double *out)
{
    const int i = get_global_id(0);
    out[i] = in[i]; // BUG: memory
}
