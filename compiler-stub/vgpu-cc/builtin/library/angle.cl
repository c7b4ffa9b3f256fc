/* SPDX-License-Identifier: MIT */
/* Trigonometry in parts of pi, and of two results. [OpenCL C 3.0, 6.15.2] */
#include "common.h"

C_FUNCTION float sinf(float x);
C_FUNCTION double sin(double x);
C_FUNCTION float cosf(float x);
C_FUNCTION double cos(double x);
C_FUNCTION float asinf(float x);
C_FUNCTION double asin(double x);
C_FUNCTION float acosf(float x);
C_FUNCTION double acos(double x);
C_FUNCTION float atanf(float x);
C_FUNCTION double atan(double x);
C_FUNCTION float atan2f(float y, float x);
C_FUNCTION double atan2(double y, double x);

/* Sine and cosine up to a quarter of pi, by their series. */
HELPER float sine(float x)
{
    float s = x * x, p = 2.7557319e-6f;
    p = fma_(p, s, -1.98412698e-4f);
    p = fma_(p, s, 8.33333333e-3f);
    p = fma_(p, s, -1.66666667e-1f);
    return fma_(p * s, x, x);
}
HELPER float cosine(float x)
{
    float s = x * x, p = -2.75573192e-7f;
    p = fma_(p, s, 2.48015873e-5f);
    p = fma_(p, s, -1.38888889e-3f);
    p = fma_(p, s, 4.16666667e-2f);
    p = fma_(p, s, -0.5f);
    return fma_(p, s, 1.0f);
}
HELPER double sine(double x)
{
    double s = x * x, p = 2.8114572543455207632e-15;
    p = fma_(p, s, -7.6471637318198164759e-13);
    p = fma_(p, s, 1.6059043836821614599e-10);
    p = fma_(p, s, -2.5052108385441718775e-8);
    p = fma_(p, s, 2.7557319223985890653e-6);
    p = fma_(p, s, -1.9841269841269841270e-4);
    p = fma_(p, s, 8.3333333333333333333e-3);
    p = fma_(p, s, -1.6666666666666666667e-1);
    return fma_(p * s, x, x);
}
HELPER double cosine(double x)
{
    double s = x * x, p = -1.5619206968586226462e-16;
    p = fma_(p, s, 4.7794773323873852974e-14);
    p = fma_(p, s, -1.1470745597729724714e-11);
    p = fma_(p, s, 2.0876756987868098979e-9);
    p = fma_(p, s, -2.7557319223985890653e-7);
    p = fma_(p, s, 2.4801587301587301587e-5);
    p = fma_(p, s, -1.3888888888888888889e-3);
    p = fma_(p, s, 4.1666666666666666667e-2);
    p = fma_(p, s, -0.5);
    return fma_(p, s, 1.0);
}

/* x / 2 of a turn is quarter / 4 and what it returns, at most 1/4 either way; quarters
 * count modulo 4 as floats: 0, 1, -1, 2 or -2. */
#define EACH(type, whole, f, pi, infinity)                                               \
    HELPER type reduced(type x, type *quarter)                                           \
    {                                                                                    \
        type turn = x - 2 * rint_(x * (type)0.5);                                        \
        *quarter = rint_(2 * turn);                                                      \
        return pi * (turn - *quarter * (type)0.5);                                       \
    }                                                                                    \
    DEFINE type sinpi(type x)                                                            \
    {                                                                                    \
        type quarter, angle = reduced(x, &quarter);                                      \
        bool is_odd = abs_(quarter) == 1, is_back = quarter < 0 | abs_(quarter) == 2;   \
        type value = is_odd ? cosine(angle) : sine(angle);                               \
        value = (is_odd ? quarter < 0 : is_back) ? -value : value;                       \
        return value == 0 ? sign_of(value, x) : value;                                   \
    }                                                                                    \
    DEFINE type cospi(type x)                                                            \
    {                                                                                    \
        type quarter, angle = reduced(abs_(x), &quarter);                                \
        bool is_odd = abs_(quarter) == 1;                                                \
        type value = is_odd ? sine(angle) : cosine(angle);                               \
        value = quarter == 1 | abs_(quarter) == 2 ? -value : value;                     \
        return value == 0 ? abs_(value) : value;                                         \
    }                                                                                    \
    DEFINE type tanpi(type x)                                                            \
    {                                                                                    \
        type quarter, angle = reduced(x, &quarter);                                      \
        bool is_odd = abs_(quarter) == 1;                                                \
        type s = sine(angle), c = cosine(angle);                                         \
        type value = is_odd ? -c / s : s / c;                                            \
        type at_pole = sign_of(infinity, quarter);                                       \
        type at_zero = quarter == 0 ? sign_of((type)0, x) : sign_of((type)0, -x);        \
        return angle != 0 ? value : is_odd ? at_pole : at_zero;                          \
    }                                                                                    \
    DEFINE type sincos(type x, __private type *cosine_out)                               \
    {                                                                                    \
        *cosine_out = cos##f(x);                                                         \
        return sin##f(x);                                                                \
    }                                                                                    \
    DEFINE type asinpi(type x)                                                           \
    {                                                                                    \
        return asin##f(x) / pi;                                                          \
    }                                                                                    \
    DEFINE type acospi(type x)                                                           \
    {                                                                                    \
        return acos##f(x) / pi;                                                          \
    }                                                                                    \
    DEFINE type atanpi(type x)                                                           \
    {                                                                                    \
        return atan##f(x) / pi;                                                          \
    }                                                                                    \
    DEFINE type atan2pi(type y, type x)                                                  \
    {                                                                                    \
        return atan2##f(y, x) / pi;                                                      \
    }
EACH(float, uint, f, 3.14159265358979323846f, INFINITY_F)
EACH(double, ulong, , 3.14159265358979323846, INFINITY_D)
