// SPDX-License-Identifier: MIT
// RUN: global=256 local=64 in:1024 out:16 in0:4 out:4
// The last group sums up, but nobody makes sure that the others' parts are there.
__kernel void k(__global const int *in, __global int *part, __global int *done,
                __global int *total)
{
    __local int is_last;
    if (get_local_id(0) == 0) {
        part[get_group_id(0)] = in[get_global_id(0)]; // BUG: race
        is_last = atomic_inc(done) == (int)get_num_groups(0) - 1;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (is_last && get_local_id(0) == 0) {
        int sum = 0;
        for (uint g = 0; g < get_num_groups(0); g++)
            sum += part[g]; // BUG: race
        total[0] = sum;
    }
}
