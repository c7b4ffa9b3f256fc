/* SPDX-License-Identifier: MIT */
/* Reads with different distances between neighbours; then a matrix, turned. */
__kernel void stride_1(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);

    out[i] = in[i];
}

__kernel void stride_2(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);

    out[i] = in[2 * i];
}

__kernel void stride_8(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);

    out[i] = in[8 * i];
}

__kernel void stride_32(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);

    out[i] = in[32 * i];
}

/* Neighbours, but not from a sector's start on. */
__kernel void shifted(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);

    out[i] = in[i + 1];
}

/* An array of structs, of which one member is wanted ... */
struct particle {
    uint x, y, z, mass;
};

__kernel void array_of_structs(__global uint *out, __global const struct particle *in)
{
    size_t i = get_global_id(0);

    out[i] = in[i].x;
}

/* ... and of three members, without padding. */
struct point {
    uint x, y, z;
};

__kernel void array_of_points(__global uint *out, __global const struct point *in)
{
    size_t i = get_global_id(0);

    out[i] = in[i].x;
}

/* out[x][y] = in[y][x], for N x N elements, N a multiple of 32. */
__kernel void transpose_naive(__global uint *out, __global const uint *in)
{
    size_t n = get_global_size(0);
    size_t x = get_global_id(0);
    size_t y = get_global_id(1);

    out[x * n + y] = in[y * n + x];
}

/* Turned within a tile of local memory, so that reads and writes go along rows. */
#define TILE 32

__kernel void transpose_tiled(__global uint *out, __global const uint *in)
{
    __local uint tile[TILE][TILE + 1];
    size_t n = get_global_size(0);
    size_t x = get_local_id(0);
    size_t y = get_local_id(1);
    size_t first_x = get_group_id(0) * TILE;
    size_t first_y = get_group_id(1) * TILE;

    tile[y][x] = in[(first_y + y) * n + first_x + x];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[(first_x + y) * n + first_y + x] = tile[x][y];
}
