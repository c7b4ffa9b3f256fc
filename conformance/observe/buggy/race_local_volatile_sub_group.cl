// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:4
// What worked on some GPUs: items of a warp that trust in lock step.
__kernel void k(__global const int *in, __global int *out)
{
    __local volatile int part[64];
    const int l = get_local_id(0);
    part[l] = in[l];
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < 32) {
        part[l] += part[l + 32]; // BUG: race
        part[l] += part[l + 16]; // BUG: race
        part[l] += part[l + 8]; // BUG: race
        part[l] += part[l + 4]; // BUG: race
        part[l] += part[l + 2]; // BUG: race
        part[l] += part[l + 1]; // BUG: race
    }
    if (l == 0)
        out[0] = part[0];
}
