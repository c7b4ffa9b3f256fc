/* SPDX-License-Identifier: MIT */
/* Each work-item sorts 16 floats in a private array. */
#define COUNT 16

__kernel void insertion_sort(__global float *out, __global const float *in)
{
    uint i = get_global_id(0);
    float part[COUNT];

    for (int k = 0; k < COUNT; k++) {
        float value = in[i * COUNT + k];
        int place = k;
        while (place > 0 && part[place - 1] > value) {
            part[place] = part[place - 1];
            place--;
        }
        part[place] = value;
    }
    for (int k = 0; k < COUNT; k++)
        out[i * COUNT + k] = part[k];
}
