/* SPDX-License-Identifier: MIT */
/* x = 3 x + 1, some rounds of it. Which work-items go how many rounds is all that differs. */
__kernel void each_its_own(__global uint *out)
{
    uint rounds = 1 + (uint)get_local_id(0) % 32;
    uint x = 1;

    for (uint k = 0; k < rounds; k++)
        x = 3 * x + 1;
    out[get_global_id(0)] = x;
}

__kernel void together(__global uint *out)
{
    uint rounds = 1 + (uint)get_local_id(0) / 32 * 31;
    uint x = 1;

    for (uint k = 0; k < rounds; k++)
        x = 3 * x + 1;
    out[get_global_id(0)] = x;
}

/* Launched with work-groups of 40. */
__kernel void odd_size(__global uint *out)
{
    out[get_global_id(0)] = (uint)get_local_id(0);
}

/* OpenCL's own sub-group functions. */
__kernel void ask(__global uint *out)
{
    out[get_global_id(0)] = sub_group_reduce_add(1u);
}
