// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// The last step of the reduction is read before the barrier.
__kernel void k(__global const int *in, __global int *out)
{
    __local int part[64];
    const int l = get_local_id(0);
    part[l] = in[get_global_id(0)];
    for (int s = 32; s > 0; s /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (l < s)
            part[l] += part[l + s]; // BUG: race
    }
    out[get_global_id(0)] = part[0]; // BUG: race
}
