/* SPDX-License-Identifier: MIT */
/* Bits that two words share, leading zeros and high products. */
__kernel void popcount_words(__global uint *out, __global const uint *a,
                             __global const uint *b)
{
    size_t i = get_global_id(0);
    uint x = a[i];
    uint y = b[i];
    uint sum = 0;

    for (uint k = 0; k < 8; k++) {
        sum += popcount(x & y) + clz(x ^ y);
        x = mul_hi(x, y) + rotate(y, k);
        y = add_sat(y, x & 0xffffffu);
    }
    out[i] = sum;
}
