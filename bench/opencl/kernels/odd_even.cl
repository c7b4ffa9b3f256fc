/* SPDX-License-Identifier: MIT */
/* Odd and even work-items take branches of different work. */
__kernel void odd_even(__global float *data, int rounds)
{
    int i = get_global_id(0);
    float value = data[i];

    if (i & 1) {
        for (int k = 0; k < rounds; k++)
            value = sqrt(value + 1.0f);
    } else {
        for (int k = 0; k < 2 * rounds; k++)
            value = value * 0.5f + 1.0f / (value + 1.0f);
    }
    data[i] = value;
}
