/* SPDX-License-Identifier: MIT */
/* Counts byte values: each work-group counts in local memory, where its work-items meet only each
 * other, then adds its counts to the global ones. */
#define BINS 256

__kernel void histogram(__global const uchar *in, __global uint *counts, uint n)
{
    __local uint group_counts[BINS];
    size_t l = get_local_id(0);

    for (size_t bin = l; bin < BINS; bin += get_local_size(0))
        group_counts[bin] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (size_t i = get_global_id(0); i < n; i += get_global_size(0))
        atomic_inc(&group_counts[in[i]]);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (size_t bin = l; bin < BINS; bin += get_local_size(0))
        atomic_add(&counts[bin], group_counts[bin]);
}
