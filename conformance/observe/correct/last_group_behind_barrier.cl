// SPDX-License-Identifier: MIT
// RUN: global=256 local=64 in:1024 new:1024 in0:4 new:4
// All items write; a barrier brings that together before one counts the group.
__kernel void k(__global const int *in, __global int *part, __global int *done,
                __global int *total)
{
    __local int is_last;
    part[get_global_id(0)] = in[get_global_id(0)];
    barrier(CLK_GLOBAL_MEM_FENCE);
    if (get_local_id(0) == 0) {
        mem_fence(CLK_GLOBAL_MEM_FENCE);
        is_last = atomic_inc(done) == (int)get_num_groups(0) - 1;
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    if (is_last && get_local_id(0) == 0) {
        int sum = 0;
        for (uint i = 0; i < get_global_size(0); i++)
            sum += part[i];
        total[0] = sum;
    }
}
