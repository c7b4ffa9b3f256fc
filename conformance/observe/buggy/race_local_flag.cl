// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// All items that find something say so in one variable.
__kernel void k(__global const int *in, __global int *out)
{
    __local int found;
    if (get_local_id(0) == 0)
        found = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (in[get_global_id(0)] >= 0)
        found = 1; // BUG: race
    barrier(CLK_LOCAL_MEM_FENCE);
    out[get_global_id(0)] = found;
}
