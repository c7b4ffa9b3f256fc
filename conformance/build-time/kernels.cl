// SPDX-License-Identifier: MIT
// Kernels in OpenCL C that a program is built with.
#include "kernels_cl.h"

constant int table[4] = {10, 20, 30, 40};
global int counter = 5;
global int history[4];
global int *latest = &history[3];

kernel void cl_saxpy(global float *y, global const float *x, float a)
{
    size_t i = get_global_id(0);
    y[i] = fma(a, x[i], y[i]);
}

kernel __attribute__((reqd_work_group_size(8, 4, 1))) void cl_turn(global int *out, global const int *in,
                                                                   uint pitch)
{
    local int tile[4][8];
    size_t x = get_local_id(0), y = get_local_id(1);
    size_t at = get_global_id(1) * pitch + get_global_id(0);

    tile[y][x] = in[at] + OFFSET;
    barrier(CLK_LOCAL_MEM_FENCE);
    out[at] = tile[3 - y][7 - x];
}

kernel void cl_remember(global int *out, struct pair pair)
{
    out[0] = counter++;
    out[1] = history[counter % 4];
    history[counter % 4] = pair.first + (int)pair.second;
    out[2] = table[get_group_id(0) + 2] + (latest != &history[3]) + (*latest == -1);
}

kernel void cl_print(float4 v)
{
    printf("%.1v4hlf\n", v);
}

kernel void cl_sums(global int *sums, global const int *in)
{
    int sum = sub_group_reduce_add(in[get_global_id(0)]);

    if (get_sub_group_local_id() == 0)
        sums[get_group_id(0) * get_enqueued_num_sub_groups() + get_sub_group_id()] = sum;
}
