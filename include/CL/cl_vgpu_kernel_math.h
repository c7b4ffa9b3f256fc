/* SPDX-License-Identifier: MIT */
/* Scalar functions and constants of OpenCL C: float stays float, and each integer type
 * its own. [OpenCL C 3.0, 6.15.2 to 6.15.4, 6.15.6] */
#ifndef CL_VGPU_KERNEL_MATH_H
#define CL_VGPU_KERNEL_MATH_H

#include <CL/cl_vgpu_kernel_macros.h>
#include <CL/cl_vgpu_kernel_types.h>
#include <float.h>
#include <limits.h>
/* Before the macros of C below: these declare functions called abs and select. */
#include <stdlib.h>
#include <sys/select.h>

/* sqrt, exp, fabs and the rest of C's functions follow their argument's type. */
#include <math.h>
#ifndef __cplusplus
#include <tgmath.h>
#undef I
#undef complex
#undef imaginary
#endif

/* Constants. Those without _F are in <math.h> only where POSIX is asked for. */
#define M_E_F        2.71828182845904523536f
#define M_LOG2E_F    1.44269504088896340736f
#define M_LOG10E_F   0.43429448190325182765f
#define M_LN2_F      0.69314718055994530942f
#define M_LN10_F     2.30258509299404568402f
#define M_PI_F       3.14159265358979323846f
#define M_PI_2_F     1.57079632679489661923f
#define M_PI_4_F     0.78539816339744830962f
#define M_1_PI_F     0.31830988618379067154f
#define M_2_PI_F     0.63661977236758134308f
#define M_2_SQRTPI_F 1.12837916709551257390f
#define M_SQRT2_F    1.41421356237309504880f
#define M_SQRT1_2_F  0.70710678118654752440f
#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif
#ifndef MAXFLOAT
#define MAXFLOAT FLT_MAX
#endif

/* Any arithmetic type: min, max, clamp. */
#define VGPU_COMMON_(T)                                        \
    VGPU_OVERLOAD_ T VGPU_TYPED_(min, T)(T a, T b)             \
    {                                                          \
        return b < a ? b : a;                                  \
    }                                                          \
    VGPU_OVERLOAD_ T VGPU_TYPED_(max, T)(T a, T b)             \
    {                                                          \
        return a < b ? b : a;                                  \
    }                                                          \
    VGPU_OVERLOAD_ T VGPU_TYPED_(clamp, T)(T x, T low, T high) \
    {                                                          \
        const T raised = x < low ? low : x;                    \
        return high < raised ? high : raised;                  \
    }
VGPU_COMMON_(int)
VGPU_COMMON_(uint)
VGPU_COMMON_(long)
VGPU_COMMON_(ulong)
VGPU_COMMON_(float)
VGPU_COMMON_(double)

/* float and double; f(name) is the C function's name for the type T. */
#define VGPU_FLOAT_FUNCTION_(name, T, parameters, value) \
    VGPU_OVERLOAD_ T VGPU_TYPED_(name, T) parameters     \
    {                                                    \
        return value;                                    \
    }
#define VGPU_FLOAT_FUNCTIONS_(T, f)                                                     \
    VGPU_FLOAT_FUNCTION_(mix, T, (T a, T b, T t), a + (b - a) * t)                      \
    VGPU_FLOAT_FUNCTION_(step, T, (T edge, T x), x < edge ? (T)0 : (T)1)                \
    VGPU_FLOAT_FUNCTION_(vgpu_ease, T, (T t), t *t *((T)3 - (T)2 * t))                  \
    VGPU_FLOAT_FUNCTION_(vgpu_unit, T, (T t), t > 0 ? (t < 1 ? t : (T)1) : (T)0)        \
    VGPU_FLOAT_FUNCTION_(                                                               \
        smoothstep, T, (T low, T high, T x),                                            \
        VGPU_TYPED_(vgpu_ease, T)(VGPU_TYPED_(vgpu_unit, T)((x - low) / (high - low)))) \
    VGPU_FLOAT_FUNCTION_(sign, T, (T x),                                                \
                         x > 0    ? (T)1                                                \
                         : x < 0  ? (T)-1                                               \
                         : x == 0 ? x                                                   \
                                  : (T)0)                                               \
    VGPU_FLOAT_FUNCTION_(degrees, T, (T x), x *(T)57.295779513082320876798)             \
    VGPU_FLOAT_FUNCTION_(radians, T, (T x), x *(T)0.01745329251994329576924)            \
    VGPU_FLOAT_FUNCTION_(rsqrt, T, (T x), (T)1 / f(sqrt)(x))                            \
    VGPU_FLOAT_FUNCTION_(exp10, T, (T x), f(pow)((T)10, x))                             \
    VGPU_FLOAT_FUNCTION_(pown, T, (T x, int n), f(pow)(x, (T)n))                        \
    VGPU_FLOAT_FUNCTION_(powr, T, (T x, T y), f(pow)(x, y))                             \
    VGPU_FLOAT_FUNCTION_(rootn, T, (T x, int n),                                        \
                         x < 0 && n % 2 != 0 ? -f(pow)(-x, (T)1 / (T)n)                 \
                                             : f(pow)(x, (T)1 / (T)n))                  \
    VGPU_FLOAT_FUNCTION_(sinpi, T, (T x),                                               \
                         f(sin)((T)M_PI * (x - (T)2 * f(rint)(x * (T)0.5))))            \
    VGPU_FLOAT_FUNCTION_(cospi, T, (T x),                                               \
                         f(cos)((T)M_PI * (x - (T)2 * f(rint)(x * (T)0.5))))            \
    VGPU_FLOAT_FUNCTION_(maxmag, T, (T a, T b),                                         \
                         f(fabs)(a) > f(fabs)(b)   ? a                                  \
                         : f(fabs)(b) > f(fabs)(a) ? b                                  \
                                                   : f(fmax)(a, b))                     \
    VGPU_FLOAT_FUNCTION_(minmag, T, (T a, T b),                                         \
                         f(fabs)(a) < f(fabs)(b)   ? a                                  \
                         : f(fabs)(b) < f(fabs)(a) ? b                                  \
                                                   : f(fmin)(a, b))                     \
    VGPU_OVERLOAD_ T VGPU_TYPED_(sincos, T)(T x, T * cosine)                            \
    {                                                                                   \
        *cosine = f(cos)(x);                                                            \
        return f(sin)(x);                                                               \
    }                                                                                   \
    VGPU_OVERLOAD_ T VGPU_TYPED_(fract, T)(T x, T * whole)                              \
    {                                                                                   \
        *whole = f(floor)(x);                                                           \
        return f(fmin)(x - *whole,                                                      \
                       (T)1 - (T)(sizeof(T) == 4 ? FLT_EPSILON : DBL_EPSILON) / 2);     \
    }
#define VGPU_LIBM_FLOAT_(name)  __builtin_##name##f
#define VGPU_LIBM_DOUBLE_(name) __builtin_##name
VGPU_FLOAT_FUNCTIONS_(float, VGPU_LIBM_FLOAT_)
VGPU_FLOAT_FUNCTIONS_(double, VGPU_LIBM_DOUBLE_)

/* Integers. U is T's unsigned form, W a type of twice the width. */
#define VGPU_INTEGER_FUNCTIONS_(T, U, W)                                               \
    VGPU_OVERLOAD_ U VGPU_TYPED_(abs, T)(T x)                                          \
    {                                                                                  \
        return (U)((W)x < 1 ? -(W)x : (W)x);                                           \
    }                                                                                  \
    VGPU_OVERLOAD_ U VGPU_TYPED_(abs_diff, T)(T a, T b)                                \
    {                                                                                  \
        return (U)(a < b ? (W)b - (W)a : (W)a - (W)b);                                 \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(hadd, T)(T a, T b)                                    \
    {                                                                                  \
        return (T)(((W)a + (W)b) >> 1);                                                \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(rhadd, T)(T a, T b)                                   \
    {                                                                                  \
        return (T)(((W)a + (W)b + 1) >> 1);                                            \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(mul_hi, T)(T a, T b)                                  \
    {                                                                                  \
        return (T)(((W)a * (W)b) >> (8 * sizeof(T)));                                  \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(mad_hi, T)(T a, T b, T c)                             \
    {                                                                                  \
        return (T)((U)(((W)a * (W)b) >> (8 * sizeof(T))) + (U)c);                      \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(rotate, T)(T x, T bits)                               \
    {                                                                                  \
        const unsigned by = (unsigned)bits & (8 * sizeof(T) - 1);                      \
        return (T)((U)x << by | (U)x >> ((8 * sizeof(T) - by) & (8 * sizeof(T) - 1))); \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(popcount, T)(T x)                                     \
    {                                                                                  \
        return (T)__builtin_popcountl((U)x);                                           \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(clz, T)(T x)                                          \
    {                                                                                  \
        return (T)(x ? __builtin_clzl((U)x) - (int)(64 - 8 * sizeof(T))                \
                     : (int)(8 * sizeof(T)));                                          \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(ctz, T)(T x)                                          \
    {                                                                                  \
        return (T)(x ? __builtin_ctzl((U)x) : (int)(8 * sizeof(T)));                   \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(add_sat, T)(T a, T b)                                 \
    {                                                                                  \
        T sum;                                                                         \
        return __builtin_add_overflow(a, b, &sum) ? VGPU_LIMIT_(T, U, b, 1) : sum;     \
    }                                                                                  \
    VGPU_OVERLOAD_ T VGPU_TYPED_(sub_sat, T)(T a, T b)                                 \
    {                                                                                  \
        T rest;                                                                        \
        return __builtin_sub_overflow(a, b, &rest) ? VGPU_LIMIT_(T, U, b, 0) : rest;   \
    }
/* T's largest value (if b > 0 is `upwards`) or its smallest. */
#define VGPU_LIMIT_(T, U, b, upwards)           \
    ((T)-1 > (T)0 ? (T)(upwards ? (U)-1 : (U)0) \
                  : (T)(((U)1 << (8 * sizeof(T) - 1)) - (U)(((b) > 0) == (upwards))))

__extension__ typedef __int128 vgpu_int128;
__extension__ typedef unsigned __int128 vgpu_uint128;
VGPU_INTEGER_FUNCTIONS_(char, uchar, int)
VGPU_INTEGER_FUNCTIONS_(uchar, uchar, int)
VGPU_INTEGER_FUNCTIONS_(short, ushort, int)
VGPU_INTEGER_FUNCTIONS_(ushort, ushort, long)
VGPU_INTEGER_FUNCTIONS_(int, uint, long)
VGPU_INTEGER_FUNCTIONS_(uint, uint, ulong)
VGPU_INTEGER_FUNCTIONS_(long, ulong, vgpu_int128)
VGPU_INTEGER_FUNCTIONS_(ulong, ulong, vgpu_uint128)

/* clang-format off */
#ifdef __cplusplus
template <class A, class B, class C> VGPU_INLINE_ A select(A a, B b, C c)
{
    return c ? (A)b : a;
}
#else
#define min(a, b)             VGPU_BY_ARITHMETIC_(min, (a) + (b))((a), (b))
#define max(a, b)             VGPU_BY_ARITHMETIC_(max, (a) + (b))((a), (b))
#define clamp(x, low, high)   VGPU_BY_ARITHMETIC_(clamp, (x) + (low) + (high))((x), (low), (high))
#define select(a, b, c)       ((c) ? (b) : (a))
#define mix(a, b, t)                VGPU_BY_FLOAT_(mix, (a) + (b) + (t))((a), (b), (t))
#define step(edge, x)               VGPU_BY_FLOAT_(step, (edge) + (x))((edge), (x))
#define smoothstep(low, high, x)    VGPU_BY_FLOAT_(smoothstep, (low) + (high) + (x))((low), (high), (x))
#define maxmag(a, b)                VGPU_BY_FLOAT_(maxmag, (a) + (b))((a), (b))
#define minmag(a, b)                VGPU_BY_FLOAT_(minmag, (a) + (b))((a), (b))
#define powr(x, y)                  VGPU_BY_FLOAT_(powr, (x) + (y))((x), (y))
#define sign(x)                 VGPU_BY_FLOAT_(sign, x)(x)
#define degrees(x)              VGPU_BY_FLOAT_(degrees, x)(x)
#define radians(x)              VGPU_BY_FLOAT_(radians, x)(x)
#define rsqrt(x)                VGPU_BY_FLOAT_(rsqrt, x)(x)
#define exp10(x)                VGPU_BY_FLOAT_(exp10, x)(x)
#define sinpi(x)                VGPU_BY_FLOAT_(sinpi, x)(x)
#define cospi(x)                VGPU_BY_FLOAT_(cospi, x)(x)
#define pown(x, n)              VGPU_BY_FLOAT_(pown, x)((x), (n))
#define rootn(x, n)             VGPU_BY_FLOAT_(rootn, x)((x), (n))
#define sincos(x, cosine)       VGPU_BY_FLOAT_(sincos, x)((x), (cosine))
#define fract(x, whole)         VGPU_BY_FLOAT_(fract, x)((x), (whole))
#define abs(x)                  VGPU_BY_INTEGER_(abs, x)((x))
#define popcount(x)             VGPU_BY_INTEGER_(popcount, x)((x))
#define clz(x)                  VGPU_BY_INTEGER_(clz, x)((x))
#define ctz(x)                  VGPU_BY_INTEGER_(ctz, x)((x))
#define abs_diff(a, b)          VGPU_BY_INTEGER_(abs_diff, a)((a), (b))
#define hadd(a, b)              VGPU_BY_INTEGER_(hadd, a)((a), (b))
#define rhadd(a, b)             VGPU_BY_INTEGER_(rhadd, a)((a), (b))
#define mul_hi(a, b)            VGPU_BY_INTEGER_(mul_hi, a)((a), (b))
#define mad_hi(a, b, c)         VGPU_BY_INTEGER_(mad_hi, a)((a), (b), (c))
#define rotate(a, b)            VGPU_BY_INTEGER_(rotate, a)((a), (b))
#define add_sat(a, b)           VGPU_BY_INTEGER_(add_sat, a)((a), (b))
#define sub_sat(a, b)           VGPU_BY_INTEGER_(sub_sat, a)((a), (b))
#endif

/* These serve scalars and, where only operators are needed, vectors too. */
#define mad(a, b, c)            ((a) * (b) + (c))
#define mul24(a, b)             ((a) * (b))
#define mad24(a, b, c)          ((a) * (b) + (c))
#define bitselect(a, b, c)      (((a) & ~(c)) | ((b) & (c)))
#define isequal(a, b)           ((a) == (b))
#define isnotequal(a, b)        ((a) != (b))
#define isordered(a, b)         ((a) == (a) && (b) == (b))
#define native_divide(a, b)     ((a) / (b))
#define native_recip(x)         (1 / (x))
#define half_divide(a, b)       ((a) / (b))
#define half_recip(x)           (1 / (x))
#define native_cos(x)           cos(x)
#define native_exp(x)           exp(x)
#define native_exp2(x)          exp2(x)
#define native_exp10(x)         exp10(x)
#define native_log(x)           log(x)
#define native_log2(x)          log2(x)
#define native_log10(x)         log10(x)
#define native_rsqrt(x)         rsqrt(x)
#define native_sin(x)           sin(x)
#define native_sqrt(x)          sqrt(x)
#define native_tan(x)           tan(x)
#define native_powr(x, y)       powr((x), (y))
#define half_cos(x)             cos(x)
#define half_exp(x)             exp(x)
#define half_exp2(x)            exp2(x)
#define half_exp10(x)           exp10(x)
#define half_log(x)             log(x)
#define half_log2(x)            log2(x)
#define half_log10(x)           log10(x)
#define half_rsqrt(x)           rsqrt(x)
#define half_sin(x)             sin(x)
#define half_sqrt(x)            sqrt(x)
#define half_tan(x)             tan(x)
#define half_powr(x, y)         powr((x), (y))
/* clang-format on */

#endif
