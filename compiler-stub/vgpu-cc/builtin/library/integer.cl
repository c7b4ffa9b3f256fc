/* SPDX-License-Identifier: MIT */
/* Integer functions. [OpenCL C 3.0, 6.15.3] */
#include "common.h"

/* Types that fit into int twice over, with the type that holds all sums. */
#define NARROW(type, wide, smallest, largest)                             \
    DEFINE type add_sat(type x, type y)                                                  \
    {                                                                                    \
        wide sum = (wide)x + (wide)y;                                                    \
        sum = sum < smallest ? smallest : sum;                                           \
        return (type)(sum > largest ? largest : sum);                                    \
    }                                                                                    \
    DEFINE type sub_sat(type x, type y)                                                  \
    {                                                                                    \
        wide difference = (wide)x - (wide)y;                                             \
        difference = difference < smallest ? smallest : difference;                      \
        return (type)(difference > largest ? largest : difference);                      \
    }                                                                                    \
    DEFINE type mul_hi(type x, type y)                                                   \
    {                                                                                    \
        return (type)(((wide)x * (wide)y) >> (8 * sizeof(type)));                        \
    }                                                                                    \
    DEFINE type mad_hi(type x, type y, type z)                                           \
    {                                                                                    \
        return (type)((((wide)x * (wide)y) >> (8 * sizeof(type))) + z);                  \
    }                                                                                    \
    DEFINE type mad_sat(type x, type y, type z)                                          \
    {                                                                                    \
        wide sum = (wide)x * (wide)y + (wide)z;                                          \
        sum = sum < smallest ? smallest : sum;                                           \
        return (type)(sum > largest ? largest : sum);                                    \
    }

NARROW(char, int, -128, 127)
NARROW(uchar, int, 0, 255)
NARROW(short, int, -32768, 32767)
NARROW(ushort, long, 0, 65535)
NARROW(int, long, (-2147483647L - 1), 2147483647L)
#undef NARROW

DEFINE uint add_sat(uint x, uint y)
{
    uint sum = x + y;
    return sum < x ? ~0U : sum;
}
DEFINE uint sub_sat(uint x, uint y)
{
    return x > y ? x - y : 0;
}
DEFINE uint mul_hi(uint x, uint y)
{
    return (uint)((ulong)x * y >> 32);
}
DEFINE uint mad_hi(uint x, uint y, uint z)
{
    return mul_hi(x, y) + z;
}
DEFINE uint mad_sat(uint x, uint y, uint z)
{
    ulong sum = (ulong)x * y + z;
    return sum >> 32 ? ~0U : (uint)sum;
}

DEFINE long add_sat(long x, long y)
{
    long sum = (long)((ulong)x + (ulong)y);
    long bound = (long)(((ulong)x >> 63) + 0x7fffffffffffffffUL);
    return ((x ^ sum) & (y ^ sum)) < 0 ? bound : sum;
}
DEFINE long sub_sat(long x, long y)
{
    long difference = (long)((ulong)x - (ulong)y);
    long bound = (long)(((ulong)x >> 63) + 0x7fffffffffffffffUL);
    return ((x ^ y) & (x ^ difference)) < 0 ? bound : difference;
}
DEFINE ulong add_sat(ulong x, ulong y)
{
    ulong sum = x + y;
    return sum < x ? ~0UL : sum;
}
DEFINE ulong sub_sat(ulong x, ulong y)
{
    return x > y ? x - y : 0;
}

/* From products of halves: the machine multiplies those in vectors. */
DEFINE ulong mul_hi(ulong x, ulong y)
{
    ulong x0 = x & 0xffffffffUL, x1 = x >> 32, y0 = y & 0xffffffffUL, y1 = y >> 32;
    ulong middle = x1 * y0 + ((x0 * y0) >> 32);
    ulong other = x0 * y1 + (middle & 0xffffffffUL);
    return x1 * y1 + (middle >> 32) + (other >> 32);
}
DEFINE long mul_hi(long x, long y)
{
    ulong high = mul_hi((ulong)x, (ulong)y);
    high -= x < 0 ? (ulong)y : 0;
    high -= y < 0 ? (ulong)x : 0;
    return (long)high;
}
DEFINE ulong mad_hi(ulong x, ulong y, ulong z)
{
    return mul_hi(x, y) + z;
}
DEFINE long mad_hi(long x, long y, long z)
{
    return (long)((ulong)mul_hi(x, y) + (ulong)z);
}
DEFINE ulong mad_sat(ulong x, ulong y, ulong z)
{
    ulong low = x * y, sum = low + z;
    return mul_hi(x, y) != 0 | sum < low ? ~0UL : sum;
}
DEFINE long mad_sat(long x, long y, long z)
{
    ulong low = (ulong)x * (ulong)y, sum = low + (ulong)z;
    long high = mul_hi(x, y) + (z >> 63) + (sum < low);
    long bound = (long)(((ulong)high >> 63) + 0x7fffffffffffffffUL);
    return high != (long)sum >> 63 ? bound : (long)sum;
}

#define EACH(type, unsigned_type)                                                        \
    DEFINE type hadd(type x, type y)                                                     \
    {                                                                                    \
        return (type)((x & y) + ((x ^ y) >> 1));                                         \
    }                                                                                    \
    DEFINE type rhadd(type x, type y)                                                    \
    {                                                                                    \
        return (type)((x | y) - ((x ^ y) >> 1));                                         \
    }                                                                                    \
    DEFINE type min(type x, type y)                                                      \
    {                                                                                    \
        return y < x ? y : x;                                                            \
    }                                                                                    \
    DEFINE type max(type x, type y)                                                      \
    {                                                                                    \
        return x < y ? y : x;                                                            \
    }                                                                                    \
    DEFINE type clamp(type x, type low, type high)                                       \
    {                                                                                    \
        return min(max(x, low), high);                                                   \
    }                                                                                    \
    DEFINE unsigned_type abs_diff(type x, type y)                                        \
    {                                                                                    \
        unsigned_type up = (unsigned_type)((unsigned_type)x - (unsigned_type)y);         \
        return x < y ? (unsigned_type)-up : up;                                          \
    }                                                                                    \
    DEFINE type rotate(type x, type y)                                                   \
    {                                                                                    \
        uint width = 8 * sizeof(type), by = (uint)y & (width - 1);                       \
        unsigned_type u = (unsigned_type)x;                                              \
        return (type)((unsigned_type)(u << by) |                                         \
                      (unsigned_type)(u >> ((width - by) & (width - 1))));               \
    }
EACH(char, uchar)
EACH(uchar, uchar)
EACH(short, ushort)
EACH(ushort, ushort)
EACH(int, uint)
EACH(uint, uint)
EACH(long, ulong)
EACH(ulong, ulong)
#undef EACH

#define ABS(type, unsigned_type)                                                         \
    DEFINE unsigned_type abs(type x)                                                     \
    {                                                                                    \
        return x < 0 ? (unsigned_type)-(unsigned_type)x : (unsigned_type)x;              \
    }                                                                                    \
    DEFINE unsigned_type abs(unsigned_type x)                                            \
    {                                                                                    \
        return x;                                                                        \
    }
ABS(char, uchar)
ABS(short, ushort)
ABS(int, uint)
ABS(long, ulong)
#undef ABS

/* Zeros of a narrow number, by those of a wider one that has a bit where it ends. */
#define COUNT(type, unsigned_type)                                                       \
    DEFINE type clz(type x)                                                              \
    {                                                                                    \
        uint width = 8 * sizeof(type);                                                   \
        uint wide = (uint)(unsigned_type)x << (32 - width);                              \
        return (type)(x ? __builtin_clz(wide) : width);                                  \
    }                                                                                    \
    DEFINE type ctz(type x)                                                              \
    {                                                                                    \
        return (type)(x ? __builtin_ctz((uint)(unsigned_type)x) : 8 * sizeof(type));     \
    }
COUNT(char, uchar)
COUNT(uchar, uchar)
COUNT(short, ushort)
COUNT(ushort, ushort)
COUNT(int, uint)
COUNT(uint, uint)
#undef COUNT
#define COUNT(type)                                                                      \
    DEFINE type clz(type x)                                                              \
    {                                                                                    \
        return (type)(x ? __builtin_clzl((ulong)x) : 64);                                \
    }                                                                                    \
    DEFINE type ctz(type x)                                                              \
    {                                                                                    \
        return (type)(x ? __builtin_ctzl((ulong)x) : 64);                                \
    }
COUNT(long)
COUNT(ulong)
#undef COUNT

#define UPSAMPLE(result, high, low, bits)                                                \
    DEFINE result upsample(high x, low y)                                                \
    {                                                                                    \
        return (result)((ulong)x << bits | y);                                           \
    }
UPSAMPLE(short, char, uchar, 8)
UPSAMPLE(ushort, uchar, uchar, 8)
UPSAMPLE(int, short, ushort, 16)
UPSAMPLE(uint, ushort, ushort, 16)
UPSAMPLE(long, int, uint, 32)
UPSAMPLE(ulong, uint, uint, 32)
#undef UPSAMPLE

/* Of 24 bits, or of what the arguments are where they are wider: the whole product is as
 * fast. */
#define TWENTY_FOUR(type)                                                                \
    DEFINE type mul24(type x, type y)                                                    \
    {                                                                                    \
        return (type)((uint)x * (uint)y);                                                \
    }                                                                                    \
    DEFINE type mad24(type x, type y, type z)                                            \
    {                                                                                    \
        return (type)((uint)x * (uint)y + (uint)z);                                      \
    }
TWENTY_FOUR(int)
TWENTY_FOUR(uint)
