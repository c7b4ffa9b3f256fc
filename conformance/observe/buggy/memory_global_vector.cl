// SPDX-License-Identifier: MIT
// RUN: global=16 local=16 in:252 out:256
// The last vector sticks out.
__kernel void k(__global const float *in, __global float4 *out)
{
    const int i = get_global_id(0);
    out[i] = vload4(i, in); // BUG: memory
}
