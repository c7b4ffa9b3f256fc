/* SPDX-License-Identifier: MIT */
/* Counts byte values: each work-group counts its share of them in local memory, where its work-items
 * meet only each other, then adds its counts to the global ones. */
#define BINS 256

__kernel void histogram(__global const uchar *in, __global uint *counts, uint n,
                        uint share)
{
    __local uint group_counts[BINS];
    size_t l = get_local_id(0);
    size_t end = min((get_group_id(0) + 1) * share, (size_t)n);

    for (size_t bin = l; bin < BINS; bin += get_local_size(0))
        group_counts[bin] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (size_t i = get_group_id(0) * share + l; i < end; i += get_local_size(0))
        atomic_inc(&group_counts[in[i]]);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (size_t bin = l; bin < BINS; bin += get_local_size(0))
        atomic_add(&counts[bin], group_counts[bin]);
}
