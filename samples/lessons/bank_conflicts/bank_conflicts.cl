/* SPDX-License-Identifier: MIT */
/* A work-group is one sub-group of 32, which keeps a tile of 32 x 32 numbers in local memory. */
#define SIDE 32

/* Work-item l adds up column l: the sub-group reads along a row. */
__kernel void along_rows(__global uint *out, __global const uint *in)
{
    __local uint tile[SIDE][SIDE];
    size_t l = get_local_id(0);
    uint sum = 0;

    in += get_group_id(0) * SIDE * SIDE;
    for (uint k = 0; k < SIDE; k++)
        tile[k][l] = in[k * SIDE + l];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 0; k < SIDE; k++)
        sum += tile[k][l];
    out[get_global_id(0)] = sum;
}

/* Work-item l adds up row l: the sub-group reads down a column. */
__kernel void down_columns(__global uint *out, __global const uint *in)
{
    __local uint tile[SIDE][SIDE];
    size_t l = get_local_id(0);
    uint sum = 0;

    in += get_group_id(0) * SIDE * SIDE;
    for (uint k = 0; k < SIDE; k++)
        tile[k][l] = in[k * SIDE + l];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 0; k < SIDE; k++)
        sum += tile[l][k];
    out[get_global_id(0)] = sum;
}

/* The same, with rows that are one word longer. */
__kernel void padded(__global uint *out, __global const uint *in)
{
    __local uint tile[SIDE][SIDE + 1];
    size_t l = get_local_id(0);
    uint sum = 0;

    in += get_group_id(0) * SIDE * SIDE;
    for (uint k = 0; k < SIDE; k++)
        tile[k][l] = in[k * SIDE + l];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 0; k < SIDE; k++)
        sum += tile[l][k];
    out[get_global_id(0)] = sum;
}

/* Row sums again. Each work-item begins at another column: no padding, no conflict. */
__kernel void skewed(__global uint *out, __global const uint *in)
{
    __local uint tile[SIDE][SIDE];
    size_t l = get_local_id(0);
    uint sum = 0;

    in += get_group_id(0) * SIDE * SIDE;
    for (uint k = 0; k < SIDE; k++)
        tile[k][l] = in[k * SIDE + l];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 0; k < SIDE; k++)
        sum += tile[l][(k + l) % SIDE];
    out[get_global_id(0)] = sum;
}

/* Every second word; and one word for all. */
__kernel void every_second(__global uint *out, __global const uint *in)
{
    __local uint line[2 * SIDE];
    size_t l = get_local_id(0);

    in += get_group_id(0) * SIDE * SIDE;
    line[l] = in[l];
    line[SIDE + l] = in[SIDE + l];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[get_global_id(0)] = line[2 * l];
}

__kernel void one_for_all(__global uint *out, __global const uint *in)
{
    __local uint line[SIDE];
    size_t l = get_local_id(0);

    in += get_group_id(0) * SIDE * SIDE;
    line[l] = in[l];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[get_global_id(0)] = line[5];
}
