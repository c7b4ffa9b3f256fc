/* SPDX-License-Identifier: MIT */
/* What the sub-groups of a work-group come to together: each has left its part in local
 * memory. [OpenCL C 3.0, 6.15.17] */
#include "common.h"

/* `x`, and the first parts. */
#define EACH(type)                                                           \
    DEFINE type group_add(__private type *parts, uint end, type x)           \
    {                                                                        \
        for (uint i = 0; i < end; i++)                                       \
            x = parts[i] + x;                                                \
        return x;                                                            \
    }                                                                        \
    DEFINE type group_min(__private type *parts, uint end, type x)           \
    {                                                                        \
        for (uint i = 0; i < end; i++)                                       \
            x = parts[i] < x ? parts[i] : x;                                 \
        return x;                                                            \
    }                                                                        \
    DEFINE type group_max(__private type *parts, uint end, type x)           \
    {                                                                        \
        for (uint i = 0; i < end; i++)                                       \
            x = parts[i] > x ? parts[i] : x;                                 \
        return x;                                                            \
    }
EACH(int)
EACH(uint)
EACH(long)
EACH(ulong)
EACH(float)
EACH(double)
