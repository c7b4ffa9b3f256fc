/* SPDX-License-Identifier: MIT */
/* Conway's game of life on bytes; the edges are glued together. */
__kernel void game_of_life(__global uchar *next, __global const uchar *cells, int width,
                           int height)
{
    int x = get_global_id(0);
    int y = get_global_id(1);
    int left = (x + width - 1) % width;
    int right = (x + 1) % width;
    int up = (y + height - 1) % height * width;
    int down = (y + 1) % height * width;
    int here = y * width;
    int count = cells[up + left] + cells[up + x] + cells[up + right] +
                cells[here + left] + cells[here + right] + cells[down + left] +
                cells[down + x] + cells[down + right];

    next[here + x] = count == 3 || (count == 2 && cells[here + x]);
}
