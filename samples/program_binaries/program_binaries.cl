/* SPDX-License-Identifier: MIT */
/* How many steps of "halve it, or triple it and add one" lead from each number to 1. The host defines
 * MOST_STEPS when it builds this; the binary keeps what it was. */
__kernel void collatz(__global uint *steps)
{
    size_t i = get_global_id(0);
    ulong number = i + 1;
    uint taken = 0;

    while (number != 1 && taken < MOST_STEPS) {
        number = number % 2 == 0 ? number / 2 : 3 * number + 1;
        taken++;
    }
    steps[i] = taken;
}
