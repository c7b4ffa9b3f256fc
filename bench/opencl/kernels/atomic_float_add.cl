/* SPDX-License-Identifier: MIT */
/* Adds floats into cells by compare-and-exchange, as OpenCL 1.x has to. */
void add_float(volatile __global float *cell, float value)
{
    volatile __global uint *bits = (volatile __global uint *)cell;
    uint seen = *bits;

    for (;;) {
        uint wanted = as_uint(as_float(seen) + value);
        uint found = atomic_cmpxchg(bits, seen, wanted);
        if (found == seen)
            return;
        seen = found;
    }
}

__kernel void atomic_float_add(__global const uint *cell_of, __global const float *values,
                               volatile __global float *cells)
{
    size_t i = get_global_id(0);
    add_float(&cells[cell_of[i]], values[i]);
}
