/* SPDX-License-Identifier: MIT */
/* Exclusive prefix sums: out[i] = in[0] + ... + in[i - 1]. */
#define LOCAL_SIZE 256
#define BLOCK      (2 * LOCAL_SIZE)

/* Scans blocks of BLOCK elements, one per work-group, and leaves the sum of each block. In local memory:
 * first up a tree of sums, then down again, each node handing its left part to its right child. */
__kernel __attribute__((reqd_work_group_size(LOCAL_SIZE, 1, 1))) void
scan_blocks(__global const uint *in, __global uint *out, __global uint *block_sums, uint n)
{
    __local uint part[BLOCK];
    uint l = (uint)get_local_id(0);
    size_t first = get_group_id(0) * BLOCK;

    for (uint i = l; i < BLOCK; i += LOCAL_SIZE)
        part[i] = first + i < n ? in[first + i] : 0;
    for (uint stride = 1; stride < BLOCK; stride *= 2) {
        uint right = 2 * stride * (l + 1) - 1;

        barrier(CLK_LOCAL_MEM_FENCE);
        if (right < BLOCK)
            part[right] += part[right - stride];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l == 0) {
        block_sums[get_group_id(0)] = part[BLOCK - 1];
        part[BLOCK - 1] = 0;
    }
    for (uint stride = BLOCK / 2; stride > 0; stride /= 2) {
        uint right = 2 * stride * (l + 1) - 1;

        barrier(CLK_LOCAL_MEM_FENCE);
        if (right < BLOCK) {
            uint left_sum = part[right - stride];

            part[right - stride] = part[right];
            part[right] += left_sum;
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint i = l; i < BLOCK; i += LOCAL_SIZE) {
        if (first + i < n)
            out[first + i] = part[i];
    }
}

/* Adds to each block the sum of all blocks before it. */
__kernel void add_block_sums(__global uint *out, __global const uint *block_sums)
{
    size_t i = get_global_id(0);

    out[i] += block_sums[i / BLOCK];
}
