/* SPDX-License-Identifier: MIT */
/* One generation of Conway's Game of Life on a torus; a cell is 0 or 1. */
__kernel void game_of_life(__global const uchar *cells, __global uchar *next)
{
    uint width = (uint)get_global_size(0);
    uint height = (uint)get_global_size(1);
    uint x = (uint)get_global_id(0);
    uint y = (uint)get_global_id(1);
    uint left = x > 0 ? x - 1 : width - 1;
    uint right = x + 1 < width ? x + 1 : 0;
    __global const uchar *above = cells + (y > 0 ? y - 1 : height - 1) * width;
    __global const uchar *row = cells + y * width;
    __global const uchar *below = cells + (y + 1 < height ? y + 1 : 0) * width;
    uint neighbours = above[left] + above[x] + above[right] + row[left] + row[right] +
                      below[left] + below[x] + below[right];

    next[y * width + x] = neighbours == 3 || (neighbours == 2 && row[x]);
}
