/* SPDX-License-Identifier: MIT */
/* Every work-item says where it is. Lines come in any order: work-items do not wait for each other. */
__kernel void printf_hello(__global int *results)
{
    int2 global_id = (int2)((int)get_global_id(0), (int)get_global_id(1));
    int2 local_id = (int2)((int)get_local_id(0), (int)get_local_id(1));
    int2 group_id = (int2)((int)get_group_id(0), (int)get_group_id(1));

    /* %v2 takes a vector of two, hl says that its elements have 32 bits. */
    results[get_global_id(1) * get_global_size(0) + get_global_id(0)] =
        printf("hello from work-item %v2hld: %v2hld of work-group %v2hld\n", global_id, local_id,
               group_id);
}
