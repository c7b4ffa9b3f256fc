/* SPDX-License-Identifier: MIT */
/* Each work-group turns its numbers around in local memory; what differs is how much of it a group
 * takes, and how large a group is. */
void turn(__global uint *out, __global const uint *in, __local uint *tile)
{
    size_t l = get_local_id(0);

    tile[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[get_global_id(0)] = tile[get_local_size(0) - 1 - l];
}

__kernel void local_2k(__global uint *out, __global const uint *in)
{
    __local uint tile[512];

    turn(out, in, tile);
}

__kernel void local_4k(__global uint *out, __global const uint *in)
{
    __local uint tile[1024];

    turn(out, in, tile);
}

__kernel void local_16k(__global uint *out, __global const uint *in)
{
    __local uint tile[4096];

    turn(out, in, tile);
}

__kernel void local_33k(__global uint *out, __global const uint *in)
{
    __local uint tile[33 * 256];

    turn(out, in, tile);
}

/* Without local memory: groups of 32, 96 and 768. */
__kernel void groups_of_32(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);

    out[i] = in[i - 2 * get_local_id(0) + get_local_size(0) - 1];
}

__kernel void groups_of_96(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);

    out[i] = in[i - 2 * get_local_id(0) + get_local_size(0) - 1];
}

__kernel void groups_of_768(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);

    out[i] = in[i - 2 * get_local_id(0) + get_local_size(0) - 1];
}
