/* SPDX-License-Identifier: MIT */
/* Powers and roots. [OpenCL C 3.0, 6.15.2] */
#include "power_of_float.h"

C_FUNCTION double pow_(double x, double y) __asm__("pow");
C_FUNCTION float exp2f(float x);
C_FUNCTION double exp2(double x);
C_FUNCTION float log2f(float x);
C_FUNCTION double log2(double x);
C_FUNCTION double log(double x);
C_FUNCTION float log1pf(float x);
C_FUNCTION float cbrtf(float x);
C_FUNCTION double cbrt_(double x) __asm__("cbrt");
C_FUNCTION double log1p_(double x) __asm__("log1p");

HELPER double power(double x, double y)
{
    return pow_(x, y);
}

HELPER double power_of(double x, int y)
{
    return power(abs_(x), (double)y);
}

/* The n-th part of 1 is not exact, which large results would show: they are multiplied by
 * what is missing. */
HELPER double root_of(double x, int n)
{
    double part = 1 / (double)n, rest = fma_(-part, (double)n, 1.0) / (double)n;
    double value = power(abs_(x), part);
    double more = value * (rest * log(abs_(x)));
    return value > 0 & value < INFINITY_D ? value + more : value;
}

/* glibc's scalar one is up to 4 ulp off, its vector one 2.5. */
DEFINE float cbrt(float x)
{
    return cbrtf(x);
}
DEFINE double cbrt(double x)
{
    double value = cbrt_(x), better = value + (x / (value * value) - value) * (1.0 / 3);
    return better == better ? better : value;
}

/* The vector variant overflows from 1e307 on. */
DEFINE float log1p(float x)
{
    return log1pf(x);
}
DEFINE double log1p(double x)
{
    bool is_huge = x > 0x1p1000;
    double value = log1p_(is_huge ? x * 0x1p-32 : x);
    return is_huge ? value + 22.180709777918249902 : value;
}

HELPER float relaxed_exp2(float x)
{
    return exp2f(x);
}
HELPER float relaxed_log2(float x)
{
    return log2f(x);
}
HELPER double relaxed_exp2(double x)
{
    return exp2(x);
}
HELPER double relaxed_log2(double x)
{
    return log2(x);
}

#define EACH(type, whole, infinity, nan)                                                 \
    DEFINE type pow(type x, type y)                                                      \
    {                                                                                    \
        return power(x, y);                                                              \
    }                                                                                    \
    DEFINE type powr(type x, type y)                                                     \
    {                                                                                    \
        type a = abs_(x), value = power(a, y);                                           \
        bool is_wrong = !(x >= 0) | y != y | (y == 0 & (x == 0 | x == infinity)) |  \
                        (x == 1 & abs_(y) == infinity);                                 \
        return is_wrong ? nan : value;                                                   \
    }                                                                                    \
    DEFINE type relaxed_powr(type x, type y)                                             \
    {                                                                                    \
        return relaxed_exp2(y * relaxed_log2(x));                                        \
    }                                                                                    \
    /* Of negative numbers only whole powers are real. */                                \
    DEFINE type relaxed_pow(type x, type y)                                              \
    {                                                                                    \
        type value = relaxed_exp2(y * relaxed_log2(abs_(x)));                            \
        type middle = y * (type)0.5;                                                     \
        bool is_whole = trunc_(y) == y, is_odd = trunc_(middle) != middle;               \
        value = x < 0 & is_odd ? -value : value;                                        \
        value = x < 0 & !is_whole ? nan : value;                                        \
        return y == 0 ? (type)1 : value;                                                 \
    }                                                                                    \
    DEFINE type pown(type x, int y)                                                      \
    {                                                                                    \
        type value = power_of(x, y);                                               \
        return (y & 1) ? sign_of(value, x) : value;                                      \
    }                                                                                    \
    DEFINE type rootn(type x, int n)                                                     \
    {                                                                                    \
        type value = root_of(x, n);                                                \
        value = (n & 1) ? sign_of(value, x) : value;                                     \
        return n == 0 | (x < 0 & !(n & 1)) ? nan : value;                              \
    }
EACH(float, uint, INFINITY_F, NAN_F)
EACH(double, ulong, INFINITY_D, NAN_D)
