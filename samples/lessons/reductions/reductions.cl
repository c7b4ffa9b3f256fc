/* SPDX-License-Identifier: MIT */
/* One sum, six ways: work-groups of 256 leave a sum each. */
#define GROUP 256

/* 1: neighbours add up, then every second of them, and so on. */
__kernel void interleaved(__global uint *sums, __global const uint *in)
{
    __local uint part[GROUP];
    uint l = (uint)get_local_id(0);

    part[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 1; k < GROUP; k *= 2) {
        if (l % (2 * k) == 0)
            part[l] += part[l + k];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        sums[get_group_id(0)] = part[0];
}

/* 2: the same sums, by work-items that stand together. */
__kernel void interleaved_index(__global uint *sums, __global const uint *in)
{
    __local uint part[GROUP];
    uint l = (uint)get_local_id(0);

    part[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 1; k < GROUP; k *= 2) {
        uint index = 2 * k * l;

        if (index < GROUP)
            part[index] += part[index + k];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        sums[get_group_id(0)] = part[0];
}

/* 3: the second half is added to the first. */
__kernel void sequential(__global uint *sums, __global const uint *in)
{
    __local uint part[GROUP];
    uint l = (uint)get_local_id(0);

    part[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = GROUP / 2; k > 0; k /= 2) {
        if (l < k)
            part[l] += part[l + k];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        sums[get_group_id(0)] = part[0];
}

/* 4: the first addition is done on the way in; half as many groups. */
__kernel void add_on_load(__global uint *sums, __global const uint *in)
{
    __local uint part[GROUP];
    uint l = (uint)get_local_id(0);
    uint first = (uint)get_group_id(0) * 2 * GROUP + l;

    part[l] = in[first] + in[first + GROUP];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = GROUP / 2; k > 0; k /= 2) {
        if (l < k)
            part[l] += part[l + k];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        sums[get_group_id(0)] = part[0];
}

/* 5: what is left for one sub-group is added up by that sub-group, without barriers. */
__kernel void last_sub_group(__global uint *sums, __global const uint *in)
{
    __local uint part[GROUP];
    uint l = (uint)get_local_id(0);
    uint first = (uint)get_group_id(0) * 2 * GROUP + l;
    uint width = get_max_sub_group_size();

    part[l] = in[first] + in[first + GROUP];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = GROUP / 2; k >= width; k /= 2) {
        if (l < k)
            part[l] += part[l + k];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l < width) {
        uint sum = sub_group_reduce_add(part[l]);

        if (l == 0)
            sums[get_group_id(0)] = sum;
    }
}

/* 6: each work-item adds up eight numbers first; an eighth of the groups of version 3. */
#define EACH 8

__kernel void several_each(__global uint *sums, __global const uint *in)
{
    __local uint part[GROUP];
    uint l = (uint)get_local_id(0);
    uint first = (uint)get_group_id(0) * EACH * GROUP + l;
    uint width = get_max_sub_group_size();
    uint sum = 0;

    for (uint k = 0; k < EACH; k++)
        sum += in[first + k * GROUP];
    part[l] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = GROUP / 2; k >= width; k /= 2) {
        if (l < k)
            part[l] += part[l + k];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l < width) {
        uint all = sub_group_reduce_add(part[l]);

        if (l == 0)
            sums[get_group_id(0)] = all;
    }
}
