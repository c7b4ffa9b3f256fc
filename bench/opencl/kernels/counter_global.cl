/* SPDX-License-Identifier: MIT */
/* Appends the chosen elements to a list; a global counter deals out the places. */
__kernel void counter_global(__global const uint *in, __global uint *out,
                             volatile __global uint *count, uint capacity)
{
    uint value = in[get_global_id(0)];
    if ((value & 7) == 0) {
        uint place = atomic_inc(count);
        if (place < capacity)
            out[place] = value;
    }
}
