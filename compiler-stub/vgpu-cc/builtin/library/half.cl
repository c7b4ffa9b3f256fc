/* SPDX-License-Identifier: MIT */
/* Between half and the other floating point types, on integers: for machines that cannot,
 * and for the roundings that they lack. */
#include "common.h"

DEFINE float float_of_half(ushort x)
{
    uint sign = (uint)(x & 0x8000) << 16, magnitude = x & 0x7fff;
    float small = (float)magnitude * 0x1p-24f;
    uint normal = (magnitude << 13) + (112u << 23);
    uint special = normal + (112u << 23);
    uint value = magnitude >= 0x7c00 ? special : magnitude >= 0x400 ? normal : bits(small);
    return real(value | sign);
}

/* up: what of a remainder that is `rest` of `one` makes the number greater. */
#define ROUND(mode, up, past)                                                            \
    DEFINE ushort half_of_##mode(float x)                                                \
    {                                                                                    \
        uint all = bits(x), sign = all >> 31, a = all & 0x7fffffff, exponent = a >> 23;  \
        bool is_small = exponent < 113;                                                  \
        uint shift = is_small ? (exponent < 101 ? 25 : 126 - exponent) : 13;             \
        uint mantissa = (a & 0x7fffff) | (exponent ? 0x800000 : 0);                      \
        uint number = is_small ? mantissa : a - (112u << 23);                            \
        uint whole = number >> shift, rest = number & ((1u << shift) - 1);                \
        uint middle = 1u << (shift - 1);                                                 \
        (void)middle, (void)rest;                                                                 \
        whole += (up) ? 1 : 0;                                                            \
        whole = a >= 0x47800000 ? (past) : whole;                                         \
        whole = a == 0x7f800000 ? 0x7c00 : whole;                                         \
        whole = a > 0x7f800000 ? 0x7e00 | ((a >> 13) & 0x3ff) : whole;                    \
        return (ushort)(whole | sign << 15);                                              \
    }                                                                                    \
    /* By way of a float that is odd where it is not exact: rounding that once more      \
     * gives what rounding once does. */                                                 \
    DEFINE ushort half_of_##mode(double x)                                               \
    {                                                                                    \
        float near = (float)x;                                                           \
        uint toward_zero = bits(near) - (abs_((double)near) > abs_(x) ? 1 : 0);          \
        bool is_exact = (double)near == x | x != x;                                     \
        return half_of_##mode(is_exact ? near : real(toward_zero | 1));                  \
    }
ROUND(rte, rest > middle | (rest == middle & (whole & 1)), 0x7c00)
ROUND(rtz, 0, 0x7bff)
ROUND(rtp, rest != 0 & !sign, sign ? 0x7bff : 0x7c00)
ROUND(rtn, rest != 0 & sign, sign ? 0x7c00 : 0x7bff)
