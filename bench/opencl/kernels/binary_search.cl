/* SPDX-License-Identifier: MIT */
/* Looks every key up in a sorted table. */
__kernel void binary_search(__global uint *found, __global const uint *keys,
                            __global const uint *table, uint table_size)
{
    size_t i = get_global_id(0);
    uint key = keys[i];
    uint low = 0;
    uint high = table_size;

    while (low < high) {
        uint middle = (low + high) / 2;
        if (table[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    found[i] = low;
}
