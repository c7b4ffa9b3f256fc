/* SPDX-License-Identifier: MIT */
/* Counting, by work-items that meet at one place, at few, and at none. */
__kernel void one_counter(__global uint *counts, __global const uint *in)
{
    if (in[get_global_id(0)] < UINT_MAX)
        atomic_inc(&counts[0]);
}

#define BINS 8

__kernel void few_bins(__global uint *counts, __global const uint *in)
{
    atomic_inc(&counts[in[get_global_id(0)] % BINS]);
}

__kernel void many_bins(__global uint *counts, __global const uint *in)
{
    atomic_inc(&counts[in[get_global_id(0)] % 256]);
}

/* The group counts in local memory first; then one work-item for each bin adds that up. */
__kernel void few_bins_local(__global uint *counts, __global const uint *in)
{
    __local uint group_counts[BINS];
    size_t l = get_local_id(0);

    if (l < BINS)
        group_counts[l] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    atomic_inc(&group_counts[in[get_global_id(0)] % BINS]);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < BINS)
        atomic_add(&counts[l], group_counts[l]);
}

/* A group's numbers are added up in local memory, and one work-item goes out with the sum. */
__kernel void one_by_group(__global uint *counts, __global const uint *in)
{
    __local uint part[256];
    uint l = (uint)get_local_id(0);

    part[l] = in[get_global_id(0)] < UINT_MAX;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 128; k > 0; k /= 2) {
        if (l < k)
            part[l] += part[l + k];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        atomic_add(&counts[0], part[0]);
}
