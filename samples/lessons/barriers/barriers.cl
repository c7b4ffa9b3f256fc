/* SPDX-License-Identifier: MIT */
/* Each work-group turns its 64 numbers around, by way of local memory. The first kernel is right. */
#define GROUP 64

__kernel void turn(__global uint *out, __global const uint *in)
{
    __local uint part[GROUP];
    size_t i = get_global_id(0);
    size_t l = get_local_id(0);

    part[l] = in[i];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[i] = part[GROUP - 1 - l];
}

/* Reads what others write, and nothing says that they have. */
__kernel void no_barrier(__global uint *out, __global const uint *in)
{
    __local uint part[GROUP];
    size_t i = get_global_id(0);
    size_t l = get_local_id(0);

    part[l] = in[i];
    out[i] = part[GROUP - 1 - l];
}

/* Only half of the work-items come to the barrier. */
__kernel void barrier_for_some(__global uint *out, __global const uint *in)
{
    __local uint part[GROUP];
    size_t i = get_global_id(0);
    size_t l = get_local_id(0);

    part[l] = in[i];
    if (l < GROUP / 2)
        barrier(CLK_LOCAL_MEM_FENCE);
    out[i] = part[GROUP - 1 - l];
}

/* The first number of a group is never stored. */
__kernel void first_forgotten(__global uint *out, __global const uint *in)
{
    __local uint part[GROUP];
    size_t i = get_global_id(0);
    size_t l = get_local_id(0);

    if (l > 0)
        part[l] = in[i];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[i] = part[GROUP - 1 - l];
}

/* Counts from the wrong end: the last group reads behind the buffer. */
__kernel void one_too_far(__global uint *out, __global const uint *in)
{
    __local uint part[GROUP];
    size_t i = get_global_id(0);
    size_t l = get_local_id(0);

    part[l] = in[i + 1];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[i] = part[GROUP - 1 - l];
}
