/* SPDX-License-Identifier: MIT */
/* Histogram of bytes: each group counts in local memory, then adds up. */
__kernel void histogram_local(__global const uchar *data, __global uint *bins, uint n)
{
    __local uint counts[256];
    uint l = get_local_id(0);

    counts[l] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint i = get_global_id(0); i < n; i += get_global_size(0))
        atomic_inc(&counts[data[i]]);
    barrier(CLK_LOCAL_MEM_FENCE);
    atomic_add(&bins[l], counts[l]);
}
