/* SPDX-License-Identifier: MIT */
/* Integer vectors: minimum, maximum, select, swizzles and shifts. */
__kernel void int4_mix(__global int4 *out, __global const int4 *a, __global const int4 *b)
{
    size_t i = get_global_id(0);
    int4 x = a[i];
    int4 y = b[i].wzyx;
    int4 low = min(x, y);
    int4 high = max(x, y);
    int4 middle = select(low + (high - low) / 2, x ^ y, x > y);

    out[i] = (middle << 1) + (int4)(low.hi, high.lo) - (int)abs_diff(low, high).x;
}
