/* SPDX-License-Identifier: MIT */
/* Functions with a second result that the C library computes. [OpenCL C 3.0, 6.15.2] */
#include "common.h"

C_FUNCTION float fmodf(float x, float y);
C_FUNCTION double fmod(double x, double y);
C_FUNCTION float remainderf(float x, float y);
C_FUNCTION double remainder(double x, double y);
float lgammaf_r(float x, int *sign);
double lgamma_r(double x, int *sign);

/* What is left of x by 128 y has the same last seven bits of quotient; that is then exact
 * but for less than a half. */
#define EACH(type, f, huge)                                                              \
    DEFINE type remquo(type x, type y, __private int *quotient)                          \
    {                                                                                    \
        type a = abs_(x), b = abs_(y);                                                   \
        type part = b < huge ? fmod##f(a, 128 * b) : a;                                  \
        type rest = remainder##f(part, b), value = remainder##f(x, y);                   \
        int count = (int)rint_(part / b - rest / b) & 127;                               \
        bool is_negative = sign_of((type)1, x) != sign_of((type)1, y);                   \
        *quotient = value != value ? 0 : is_negative ? -count : count;                   \
        return value;                                                                    \
    }
EACH(float, f, 0x1p120f)
EACH(double, , 0x1p1016)

DEFINE float lgamma_and_sign(float x, __private int *sign)
{
    return lgammaf_r(x, sign);
}
DEFINE double lgamma_and_sign(double x, __private int *sign)
{
    return lgamma_r(x, sign);
}
