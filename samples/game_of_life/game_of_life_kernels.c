/* SPDX-License-Identifier: MIT */
/* game_of_life.cl as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(game_of_life, (__global const uchar *, cells), (__global uchar *, next))
{
    size_t width = get_global_size(0) + 2;
    size_t i = (get_global_id(1) + 1) * width + get_global_id(0) + 1;
    uchar neighbours = cells[i - width - 1] + cells[i - width] + cells[i - width + 1] +
                       cells[i - 1] + cells[i + 1] + cells[i + width - 1] +
                       cells[i + width] + cells[i + width + 1];

    next[i] = (neighbours == 3) | ((neighbours == 2) & cells[i]);
}
