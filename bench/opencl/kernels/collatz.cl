/* SPDX-License-Identifier: MIT */
/* Steps of the Collatz sequence until 1: loops of very different lengths. */
__kernel void collatz(__global uint *steps)
{
    size_t i = get_global_id(0);
    uint value = (uint)i + 1;
    uint count = 0;

    while (value != 1) {
        if (value % 2 == 0)
            value /= 2;
        else
            value = 3 * value + 1;
        count++;
    }
    steps[i] = count;
}
