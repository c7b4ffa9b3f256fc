/* SPDX-License-Identifier: MIT */
/* Who am I? Each work-item finds its own element by its ids. */
__kernel void squares(__global uint *out, uint n)
{
    uint i = (uint)get_global_id(0);

    if (i < n)
        out[i] = i * i;
}

/* Two dimensions: each element gets the number of the work-group that wrote it. */
__kernel void groups(__global uint *out)
{
    size_t x = get_global_id(0);
    size_t y = get_global_id(1);
    size_t group = get_group_id(1) * get_num_groups(0) + get_group_id(0);

    out[y * get_global_size(0) + x] = (uint)group;
}
