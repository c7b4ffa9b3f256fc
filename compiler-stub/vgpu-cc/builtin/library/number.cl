/* SPDX-License-Identifier: MIT */
/* Mathematical functions that look at a number's parts. [OpenCL C 3.0, 6.15.2] */
#include "common.h"

#define EACH(type, whole, signed_whole, digits, exponent_bits, infinity, no_number, below_one, \
             shift_up)                                                                   \
    HELPER signed_whole exponent_of(type x)                                              \
    {                                                                                    \
        whole mask = ((whole)1 << exponent_bits) - 1;                                    \
        return (signed_whole)(bits(x) >> digits & mask);                                 \
    }                                                                                    \
    /* The exponent of a finite number that is not 0. */                                 \
    HELPER signed_whole log2_of(type x)                                                  \
    {                                                                                    \
        signed_whole bias = ((signed_whole)1 << (exponent_bits - 1)) - 1;                \
        bool is_small = exponent_of(x) == 0;                                             \
        type y = is_small ? x * shift_up : x;                                            \
        return exponent_of(y) - bias - (is_small ? digits + 1 : 0);                      \
    }                                                                                    \
    DEFINE int ilogb(type x)                                                             \
    {                                                                                    \
        int value = (int)log2_of(x);                                                     \
        value = x == 0 ? -2147483647 - 1 : value;                                        \
        return abs_(x) < infinity ? value : 2147483647;                                  \
    }                                                                                    \
    DEFINE type logb(type x)                                                             \
    {                                                                                    \
        type value = (type)(int)log2_of(x);                                              \
        value = x == 0 ? -infinity : value;                                              \
        return abs_(x) < infinity ? value : x * x;                                       \
    }                                                                                    \
    DEFINE type frexp(type x, __private int *exponent)                                   \
    {                                                                                    \
        whole mask = ((whole)1 << exponent_bits) - 1;                                    \
        whole middle = (mask >> 1) - 1;                                                    \
        type y = exponent_of(x) == 0 ? x * shift_up : x;                                 \
        bool is_plain = x != 0 & abs_(x) < infinity;                                    \
        *exponent = is_plain ? (int)log2_of(x) + 1 : 0;                                  \
        return is_plain ? real((bits(y) & ~(mask << digits)) | middle << digits) : x;      \
    }                                                                                    \
    /* In steps of which only the last can round. */                                     \
    DEFINE type ldexp(type x, int by)                                                    \
    {                                                                                    \
        int bias = (1 << (exponent_bits - 1)) - 1, low = 1 - bias, room = low + digits + 1; \
        type most = real((whole)(2 * bias) << digits);                                   \
        type least = real((whole)(room + bias) << digits);                               \
        x *= by > bias ? most : by < low ? least : (type)1;                              \
        by = by > bias ? by - bias : by < low ? by - room : by;                          \
        x *= by > bias ? most : by < low ? least : (type)1;                              \
        by = by > bias ? by - bias : by < low ? by - room : by;                          \
        by = by > bias ? bias : by < low ? low : by;                                     \
        return x * real((whole)(by + bias) << digits);                                   \
    }                                                                                    \
    DEFINE type nextafter(type x, type y)                                                \
    {                                                                                    \
        whole u = bits(x), one = 1, top = one << (8 * sizeof(type) - 1);                 \
        bool is_away = (x < y) == (u < top);                                             \
        whole step = is_away ? u + 1 : u - 1;                                            \
        step = x == 0 ? ((bits(y) & top) | 1) : step;                                    \
        return x != x | y != y ? x + y : x == y ? y : real(step);                       \
    }                                                                                    \
    DEFINE type fract(type x, __private type *whole_part)                                \
    {                                                                                    \
        type down = floor_(x);                                                           \
        type part = min_(x - down, below_one);                                           \
        *whole_part = down;                                                              \
        part = abs_(x) == infinity ? (type)0 : part;                                     \
        return x != x ? x : sign_of(part, x == down ? x : (type)1);                      \
    }                                                                                    \
    DEFINE type modf(type x, __private type *whole_part)                                 \
    {                                                                                    \
        type down = trunc_(x);                                                           \
        *whole_part = down;                                                              \
        return sign_of(abs_(x) == infinity ? (type)0 : x - down, x);                     \
    }                                                                                    \
    DEFINE type fdim(type x, type y)                                                     \
    {                                                                                    \
        return x <= y ? (type)0 : x - y;                                                 \
    }                                                                                    \
    DEFINE type maxmag(type x, type y)                                                   \
    {                                                                                    \
        type other = abs_(y) > abs_(x) ? y : max_(x, y);                                 \
        return abs_(x) > abs_(y) ? x : other;                                            \
    }                                                                                    \
    DEFINE type minmag(type x, type y)                                                   \
    {                                                                                    \
        type other = abs_(y) < abs_(x) ? y : min_(x, y);                                 \
        return abs_(x) < abs_(y) ? x : other;                                            \
    }                                                                                    \
    DEFINE type nan(whole code)                                                          \
    {                                                                                    \
        return real(bits(no_number) | code);                                                   \
    }                                                                                    \
    DEFINE type rsqrt(type x)                                                            \
    {                                                                                    \
        return 1 / sqrt_(x);                                                             \
    }                                                                                    \
    DEFINE type recip(type x)                                                            \
    {                                                                                    \
        return 1 / x;                                                                    \
    }                                                                                    \
    DEFINE type divide(type x, type y)                                                   \
    {                                                                                    \
        return x / y;                                                                    \
    }
EACH(float, uint, int, 23, 8, INFINITY_F, NAN_F, 0x1.fffffep-1f, 0x1p24f)
EACH(double, ulong, long, 52, 11, INFINITY_D, NAN_D, 0x1.fffffffffffffp-1, 0x1p53)
