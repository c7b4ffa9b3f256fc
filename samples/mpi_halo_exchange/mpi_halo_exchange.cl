/* SPDX-License-Identifier: MIT */
/* A step of heat that spreads over a plate, in whole numbers, so that every device has the same result. A tile has a border of one number on each side; `pitch` is its width with both. */
__kernel void spread(__global uint *next, __global const uint *tile, uint pitch)
{
    const size_t i = (get_global_id(1) + 1) * pitch + get_global_id(0) + 1;

    next[i] = (4 * tile[i] + tile[i - 1] + tile[i + 1] + tile[i - pitch] + tile[i + pitch]) / 8;
}
