/* SPDX-License-Identifier: MIT */
/* One generation of Conway's Game of Life. A cell is 0 or 1; around the cells of the NDRange lies a
 * border of dead ones, so that every cell has eight neighbours. */
__kernel void game_of_life(__global const uchar *cells, __global uchar *next)
{
    size_t width = get_global_size(0) + 2;
    size_t i = (get_global_id(1) + 1) * width + get_global_id(0) + 1;
    uchar neighbours = cells[i - width - 1] + cells[i - width] + cells[i - width + 1] +
                       cells[i - 1] + cells[i + 1] + cells[i + width - 1] + cells[i + width] +
                       cells[i + width + 1];

    next[i] = (neighbours == 3) | ((neighbours == 2) & cells[i]);
}
