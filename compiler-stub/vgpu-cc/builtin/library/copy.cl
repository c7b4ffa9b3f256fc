/* SPDX-License-Identifier: MIT */
/* One item's share of a copy that a whole group makes. [OpenCL C 3.0, 6.15.11] */
#include "common.h"

/* Elements are `pieces` long, a power of two; strides count elements. */
#define EACH(type)                                                                       \
    DEFINE void async_copy(__private type *to, __private type *from, ulong to_stride,    \
                           ulong from_stride, ulong elements, ulong pieces, ulong first, \
                           ulong step)                                                   \
    {                                                                                    \
        for (ulong i = first; i < elements * pieces; i += step)                          \
            to[i / pieces * to_stride * pieces + i % pieces] =                           \
                from[i / pieces * from_stride * pieces + i % pieces];                    \
    }
EACH(uchar)
EACH(ushort)
EACH(uint)
EACH(ulong)
