/* SPDX-License-Identifier: MIT */
/* A step of numbers on a line: each becomes the sum of its two neighbours. A device has a part of the
 * line, with a place at each end for the number that lies behind it, on the other device. */
__kernel void send_edges(__global uint *next, __global const uint *line)
{
    size_t i = get_global_id(0) + 1;

    next[i] = line[i - 1] + line[i + 1];
}

__kernel void send_halves(__global uint *next, __global const uint *line)
{
    size_t i = get_global_id(0) + 1;

    next[i] = line[i - 1] + line[i + 1];
}
