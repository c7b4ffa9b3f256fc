/* SPDX-License-Identifier: MIT */
/* Sorting as a network of comparisons: which two keys are compared does not depend on the keys, so all
 * pairs of a step are compared at once. Runs of `size` keys become sorted, alternately up and down; two of
 * them, one up and one down, are a bitonic run of twice the size, which the next steps sort. */
#define LOCAL_SIZE 256
#define BLOCK      (2 * LOCAL_SIZE) /* keys in local memory, a pair for each work-item */

/* The pairs of a step are numbered; the pair's first key, when its second lies `distance` behind. */
uint first_of_pair(uint pair, uint distance)
{
    return 2 * pair - (pair & (distance - 1));
}

/* One step within a block; `start` is where the block's keys begin among all keys. */
void step_in_block(__local uint *block, uint start, uint size, uint distance)
{
    uint i = first_of_pair((uint)get_local_id(0), distance);
    uint a = block[i];
    uint b = block[i + distance];
    bool is_upward = ((start + i) & size) == 0;

    block[i] = is_upward ? min(a, b) : max(a, b);
    block[i + distance] = is_upward ? max(a, b) : min(a, b);
}

/* Loads the group's block, runs all steps of the runs from first_size to last_size on it that stay in
 * a block, and stores it. */
void sort_block(__global uint *keys, __local uint *block, uint first_size, uint last_size)
{
    uint start = (uint)get_group_id(0) * BLOCK;
    uint l = (uint)get_local_id(0);

    block[l] = keys[start + l];
    block[l + LOCAL_SIZE] = keys[start + l + LOCAL_SIZE];
    for (uint size = first_size; size <= last_size; size *= 2) {
        for (uint distance = min(size, (uint)BLOCK) / 2; distance > 0; distance /= 2) {
            barrier(CLK_LOCAL_MEM_FENCE);
            step_in_block(block, start, size, distance);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    keys[start + l] = block[l];
    keys[start + l + LOCAL_SIZE] = block[l + LOCAL_SIZE];
}

/* From single keys to sorted runs of a block's size. */
__kernel __attribute__((reqd_work_group_size(LOCAL_SIZE, 1, 1))) void
sort_blocks(__global uint *keys)
{
    __local uint block[BLOCK];

    sort_block(keys, block, 2, BLOCK);
}

/* One step whose pairs lie in different blocks. */
__kernel void merge_far(__global uint *keys, uint size, uint distance)
{
    uint i = first_of_pair((uint)get_global_id(0), distance);
    uint a = keys[i];
    uint b = keys[i + distance];
    bool is_upward = (i & size) == 0;

    keys[i] = is_upward ? min(a, b) : max(a, b);
    keys[i + distance] = is_upward ? max(a, b) : min(a, b);
}

/* The remaining steps of runs of `size` keys, which stay in a block. */
__kernel __attribute__((reqd_work_group_size(LOCAL_SIZE, 1, 1))) void
merge_near(__global uint *keys, uint size)
{
    __local uint block[BLOCK];

    sort_block(keys, block, size, size);
}
