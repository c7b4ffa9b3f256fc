/* SPDX-License-Identifier: MIT */
/* Conversions that do not round to nearest even. [OpenCL C 3.0, 6.4.3.2] */
#include "common.h"

/* Cut to as many digits as the result has; what was cut away tells whether there is a
 * greater magnitude to go to. */
#define UNSIGNED(type, clz, result, whole, digits)                                       \
    HELPER result cut_##result(type x, bool *is_cut)                                     \
    {                                                                                    \
        uint width = 8 * sizeof(type), used = width - (x ? (uint)clz(x) : width);        \
        type kept = used > digits ? x & ~(((type)1 << (used - digits)) - 1) : x;         \
        *is_cut = kept != x;                                                             \
        return (result)kept;                                                             \
    }                                                                                    \
    HELPER result past_##result(type x)                                                  \
    {                                                                                    \
        bool is_cut;                                                                     \
        result value = cut_##result(x, &is_cut);                                         \
        return real(bits(value) + (whole)is_cut);                                        \
    }                                                                                    \
    DEFINE result convert_##result##_rtz(type x)                                         \
    {                                                                                    \
        bool is_cut;                                                                     \
        return cut_##result(x, &is_cut);                                                 \
    }                                                                                    \
    DEFINE result convert_##result##_rtn(type x)                                         \
    {                                                                                    \
        return convert_##result##_rtz(x);                                                \
    }                                                                                    \
    DEFINE result convert_##result##_rtp(type x)                                         \
    {                                                                                    \
        return past_##result(x);                                                         \
    }
#define SIGNED(type, unsigned_type, result)                                              \
    DEFINE result convert_##result##_rtz(type x)                                         \
    {                                                                                    \
        result value =                                                                   \
            convert_##result##_rtz(x < 0 ? -(unsigned_type)x : (unsigned_type)x);        \
        return x < 0 ? -value : value;                                                   \
    }                                                                                    \
    DEFINE result convert_##result##_rtp(type x)                                         \
    {                                                                                    \
        return x < 0 ? -convert_##result##_rtz(-(unsigned_type)x)                        \
                     : past_##result((unsigned_type)x);                                  \
    }                                                                                    \
    DEFINE result convert_##result##_rtn(type x)                                         \
    {                                                                                    \
        return x < 0 ? -past_##result(-(unsigned_type)x)                                 \
                     : convert_##result##_rtz((unsigned_type)x);                         \
    }
UNSIGNED(uint, __builtin_clz, float, uint, 24)
UNSIGNED(ulong, __builtin_clzl, float, uint, 24)
UNSIGNED(ulong, __builtin_clzl, double, ulong, 53)
SIGNED(int, uint, float)
SIGNED(long, ulong, float)
SIGNED(long, ulong, double)

DEFINE float convert_float_rtz(double x)
{
    float near = (float)x;
    return real(bits(near) - (abs_((double)near) > abs_(x) ? 1 : 0));
}
/* One step up or down in the order of floats, which bits of negative ones count
 * backwards; past the smallest magnitudes are the zeros. */
DEFINE float convert_float_rtp(double x)
{
    float near = (float)x;
    uint step = bits(near) >> 31 ? bits(near) - 1 : bits(near) + 1;
    step = near == 0 ? 1 : step;
    return (double)near < x ? real(step) : near;
}
DEFINE float convert_float_rtn(double x)
{
    float near = (float)x;
    uint step = bits(near) >> 31 ? bits(near) + 1 : bits(near) - 1;
    step = near == 0 ? 0x80000001 : step;
    return (double)near > x ? real(step) : near;
}
