/* SPDX-License-Identifier: MIT */
/* Kernels in C, which the C compiler and vgpu-cc make the same of. */
#include <CL/cl_vgpu_kernel.h>

#include <stdio.h>

#include "kernels.h"

static int calls;
int calls_by_group;

VGPU_KERNEL(bt_saxpy, (__global float *, y), (__global const float *, x), (float, a))
{
    const size_t i = get_global_id(0);

    y[i] = a * x[i] + y[i];
}

VGPU_BARRIER_KERNEL(bt_block_sum, (__global const int *, in), (__global int *, out))
{
    VGPU_LOCAL int part[256];
    const size_t l = get_local_id(0);

    part[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (size_t left = get_local_size(0); left > 1;) {
        const size_t half = (left + 1) / 2;

        if (l < left / 2)
            part[l] += part[l + half];
        barrier(CLK_LOCAL_MEM_FENCE);
        left = half;
    }
    if (l == 0)
        out[get_group_id(0)] = part[0];
}

/* Each group turns its tile round; what a group is at an edge is smaller. */
VGPU_BARRIER_KERNEL(bt_turn, (__global int *, out), (__global const int *, in),
                    (uint, pitch))
{
    VGPU_LOCAL int tile[16][17];
    const size_t x = get_local_id(0), y = get_local_id(1);
    const size_t at = get_global_id(1) * pitch + get_global_id(0);

    tile[y][x] = in[at];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[at] = tile[get_local_size(1) - 1 - y][get_local_size(0) - 1 - x];
}

VGPU_BARRIER_KERNEL(bt_reverse, (__global int *, data), (__local int *, room))
{
    const size_t l = get_local_linear_id();

    room[l] = data[get_global_linear_id()];
    work_group_barrier(CLK_LOCAL_MEM_FENCE);
    data[get_global_linear_id()] = room[get_local_size(0) - 1 - l];
}

static inline int sum_of_neighbours(VGPU_BARRIER_ITEM_PARAM, __local int *room, int mine)
{
    const size_t l = get_local_id(0), n = get_local_size(0);

    room[l] = mine;
    barrier(CLK_LOCAL_MEM_FENCE);
    mine += room[(l + 1) % n];
    barrier(CLK_LOCAL_MEM_FENCE);
    return mine;
}

VGPU_BARRIER_KERNEL(bt_neighbours, (__global int *, data), (int, rounds))
{
    VGPU_LOCAL int room[256];
    int mine = data[get_global_id(0)];

    for (int i = 0; i < rounds; i++)
        mine = sum_of_neighbours(VGPU_BARRIER_ITEM, room, mine);
    data[get_global_id(0)] = mine;
}

VGPU_KERNEL(bt_by_value, (__global float *, out), (struct numbers, numbers),
            (float4, vector), (char, small), (double, big))
{
    const size_t i = get_global_id(0);

    out[i] = numbers.of[i % 5] + (float)numbers.more + vector[i % 4] + (float)small +
             (float)big;
}

VGPU_KERNEL(bt_maths, (__global float *, out), (__global const float *, in))
{
    const float x = in[get_global_id(0)];

    out[get_global_id(0)] = sin(x) + exp(-x) + sqrt(x) + pow(x, 1.5f) + fmax(x, 2.0f);
}

VGPU_KERNEL(bt_count, (__global int *, bins), (__global const uint *, in))
{
    atomic_add(&bins[in[get_global_id(0)] % 8], 1);
    atomic_max(&bins[8], (int)in[get_global_id(0)]);
    atomic_inc(&calls);
}

VGPU_BARRIER_KERNEL(bt_local_count, (__global int *, bins), (__global const uint *, in))
{
    VGPU_LOCAL int mine[8];

    if (get_local_id(0) < 8)
        mine[get_local_id(0)] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    atomic_inc(&mine[in[get_global_id(0)] % 8]);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (get_local_id(0) < 8)
        atomic_add(&bins[get_local_id(0)], mine[get_local_id(0)]);
}

VGPU_KERNEL(bt_foreign, (__global int *, data))
{
    data[get_global_id(0)] = bt_host_function(data[get_global_id(0)]);
}

/* Private memory that others fill. */
VGPU_KERNEL(bt_filled, (__global int *, data))
{
    const size_t i = get_global_id(0);
    int filled[6];
    char text[16] = "";

    bt_host_fill(filled, 6, (int)i);
    snprintf(text, sizeof text, "%d", filled[i % 6]);
    data[i] = filled[5] + text[0] * 1000;
}

/* A helper may have the kernel's name, and variables may point at others. */
static int values[] = {1, 2, 3, 4}, *third = &values[2];

static inline int bt_same_name(int x)
{
    return x * *third;
}

VGPU_KERNEL(bt_same_name, (__global int *, data))
{
    data[get_global_id(0)] = bt_same_name(bt_table[get_global_id(0) % 3]);
}

VGPU_KERNEL(bt_print, (int, value))
{
    if (get_global_id(0) == 1)
        printf("item %d of %s: %.2f\n", (int)get_global_id(0), "four", value * 0.5);
}

VGPU_GROUP_KERNEL(bt_block_max, (__global const int *, in), (__global int *, out))
{
    VGPU_LOCAL int most[1];

    most[0] = INT_MIN;
    VGPU_FOR_EACH_ITEM (i)
        most[0] = max(most[0], in[vgpu_global_id(i, 0)]);
    out[get_group_id(0)] = most[0];
    atomic_inc(&calls_by_group);
}

VGPU_KERNEL(bt_geometry, (__global ulong *, out))
{
    const size_t i = get_global_linear_id() * 8;

    out[i] = get_global_id(0) + 100 * get_global_id(1) + 10000 * get_global_id(2);
    out[i + 1] = get_local_id(0) + 100 * get_local_id(1) + 10000 * get_local_id(2);
    out[i + 2] = get_group_id(0) + 100 * get_group_id(1) + 10000 * get_group_id(2);
    out[i + 3] = get_local_size(0) + 100 * get_local_size(1) + 10000 * get_local_size(2);
    out[i + 4] = get_num_groups(0) + 100 * get_num_groups(1) + 10000 * get_num_groups(2);
    out[i + 5] = get_global_offset(0) + get_work_dim() * 100;
    out[i + 6] = get_enqueued_local_size(0) + 100 * get_local_linear_id();
    out[i + 7] = get_global_size(0) + get_global_size(7);
}

VGPU_KERNEL(bt_nothing)
{
}

int bt_calls(void)
{
    return calls;
}
