// SPDX-License-Identifier: MIT
// RUN: global=256 local=64 in:1024 out:16 out:4
// The first group sums up what all groups write.
__kernel void k(__global const int *in, __global int *part, __global int *total)
{
    if (get_local_id(0) == 0)
        part[get_group_id(0)] = in[get_global_id(0)]; // BUG: race
    barrier(CLK_GLOBAL_MEM_FENCE);
    if (get_global_id(0) == get_global_size(0) - 1) {
        int sum = 0;
        for (uint g = 0; g < get_num_groups(0); g++)
            sum += part[g]; // BUG: race
        total[0] = sum;
    }
}
