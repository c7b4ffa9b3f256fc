/* SPDX-License-Identifier: MIT */
/* Of geometric functions, what takes a vector's components one by one.
 * [OpenCL C 3.0, 6.15.5] */
#include "common.h"

/* Vectors whose components are so big or small that their squares overflow or vanish are
 * scaled: big and small are the bounds, down and up the factors. The squares of the least
 * numbers there are become normal ones. */
#define EACH(type, infinity, big, small, down, up)                                       \
    HELPER type scale_of(type most)                                                      \
    {                                                                                    \
        return most > big ? down : most < small ? up : (type)1;                          \
    }                                                                                    \
    HELPER type back_of(type most)                                                       \
    {                                                                                    \
        return most > big ? up : most < small ? down : (type)1;                          \
    }                                                                                    \
    DEFINE type length(type x)                                                           \
    {                                                                                    \
        return abs_(x);                                                                  \
    }                                                                                    \
    DEFINE type length(type x, type y)                                                   \
    {                                                                                    \
        type most = max_(abs_(x), abs_(y)), s = scale_of(most), square;                  \
        x *= s;                                                                          \
        y *= s;                                                                          \
        square = x * x + y * y;                                                          \
        return sqrt_(square) * back_of(most);                                            \
    }                                                                                    \
    DEFINE type length(type x, type y, type z)                                           \
    {                                                                                    \
        type most = max_(max_(abs_(x), abs_(y)), abs_(z)), s = scale_of(most), square;   \
        x *= s;                                                                          \
        y *= s;                                                                          \
        z *= s;                                                                          \
        square = x * x + y * y + z * z;                                                  \
        return sqrt_(square) * back_of(most);                                            \
    }                                                                                    \
    DEFINE type length(type x, type y, type z, type w)                                   \
    {                                                                                    \
        type most = max_(max_(abs_(x), abs_(y)), max_(abs_(z), abs_(w)));                \
        type s = scale_of(most), square;                                                 \
        x *= s;                                                                          \
        y *= s;                                                                          \
        z *= s;                                                                          \
        w *= s;                                                                          \
        square = x * x + y * y + z * z + w * w;                                          \
        return sqrt_(square) * back_of(most);                                            \
    }                                                                                    \
    DEFINE type fast_length(type x)                                                      \
    {                                                                                    \
        return abs_(x);                                                                  \
    }                                                                                    \
    DEFINE type fast_length(type x, type y)                                              \
    {                                                                                    \
        return sqrt_(x * x + y * y);                                                     \
    }                                                                                    \
    DEFINE type fast_length(type x, type y, type z)                                      \
    {                                                                                    \
        return sqrt_(x * x + y * y + z * z);                                             \
    }                                                                                    \
    DEFINE type fast_length(type x, type y, type z, type w)                              \
    {                                                                                    \
        return sqrt_(x * x + y * y + z * z + w * w);                                     \
    }                                                                                    \
    /* 0 where a component is infinite: then finite ones count for nothing. */           \
    HELPER type normalize_scale_of(type most)                                            \
    {                                                                                    \
        return most == infinity ? (type)0 : scale_of(most);                              \
    }                                                                                    \
    DEFINE type normalize_scale(type x)                                                  \
    {                                                                                    \
        return normalize_scale_of(abs_(x));                                              \
    }                                                                                    \
    DEFINE type normalize_scale(type x, type y)                                          \
    {                                                                                    \
        return normalize_scale_of(max_(abs_(x), abs_(y)));                               \
    }                                                                                    \
    DEFINE type normalize_scale(type x, type y, type z)                                  \
    {                                                                                    \
        return normalize_scale_of(max_(max_(abs_(x), abs_(y)), abs_(z)));                \
    }                                                                                    \
    DEFINE type normalize_scale(type x, type y, type z, type w)                          \
    {                                                                                    \
        return normalize_scale_of(max_(max_(abs_(x), abs_(y)), max_(abs_(z), abs_(w)))); \
    }                                                                                    \
    DEFINE type normalize_scaled(type x, type scale)                                     \
    {                                                                                    \
        return abs_(x) == infinity ? sign_of((type)1, x) : x * scale;                    \
    }                                                                                    \
    /* The small components of a large vector are rounded once, at the end. */            \
    DEFINE type normalized(type x, type scale, type factor)                              \
    {                                                                                    \
        return scale < 1 & scale > 0 ? (x * factor) * scale                              \
                                     : normalize_scaled(x, scale) * factor;              \
    }                                                                                    \
    HELPER type factor_of(type square)                                                   \
    {                                                                                    \
        return square == 0 ? (type)1 : 1 / sqrt_(square);                                \
    }                                                                                    \
    DEFINE type normalize_factor(type x)                                                 \
    {                                                                                    \
        return factor_of(x * x);                                                         \
    }                                                                                    \
    DEFINE type normalize_factor(type x, type y)                                         \
    {                                                                                    \
        return factor_of(x * x + y * y);                                                 \
    }                                                                                    \
    DEFINE type normalize_factor(type x, type y, type z)                                 \
    {                                                                                    \
        return factor_of(x * x + y * y + z * z);                                         \
    }                                                                                    \
    DEFINE type normalize_factor(type x, type y, type z, type w)                         \
    {                                                                                    \
        return factor_of(x * x + y * y + z * z + w * w);                                 \
    }
EACH(float, INFINITY_F, 0x1p62f, 0x1p-50f, 0x1p-86f, 0x1p86f)
EACH(double, INFINITY_D, 0x1p510, 0x1p-450, 0x1p-563, 0x1p563)
