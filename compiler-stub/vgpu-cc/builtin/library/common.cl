/* SPDX-License-Identifier: MIT */
/* Common functions. [OpenCL C 3.0, 6.15.4] */
#include "common.h"

#define EACH(type, degree, radian)                                                       \
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
        return min_(max_(x, low), high);                                                 \
    }                                                                                    \
    DEFINE type degrees(type x)                                                          \
    {                                                                                    \
        return x * degree;                                                               \
    }                                                                                    \
    DEFINE type radians(type x)                                                          \
    {                                                                                    \
        return x * radian;                                                               \
    }                                                                                    \
    DEFINE type mix(type x, type y, type a)                                              \
    {                                                                                    \
        return x + (y - x) * a;                                                          \
    }                                                                                    \
    DEFINE type step(type edge, type x)                                                  \
    {                                                                                    \
        return x < edge ? (type)0 : (type)1;                                             \
    }                                                                                    \
    DEFINE type smoothstep(type low, type high, type x)                                  \
    {                                                                                    \
        type t = min_(max_((x - low) / (high - low), (type)0), (type)1);                 \
        return t * t * (3 - 2 * t);                                                      \
    }                                                                                    \
    DEFINE type sign(type x)                                                             \
    {                                                                                    \
        return x != x ? (type)0 : x == 0 ? x : sign_of((type)1, x);                      \
    }
EACH(float, 57.295779513082320876798154814105f, 0.01745329251994329576923690768489f)
EACH(double, 57.295779513082320876798154814105, 0.01745329251994329576923690768489)
