/* SPDX-License-Identifier: MIT */
/* Sets of a sub-group's items, a bit for each. */
#ifndef VGPU_ITEM_MASK_H
#define VGPU_ITEM_MASK_H

#include <stdint.h>

/* Of a set that is not empty. */
static inline unsigned first_item(uint32_t items)
{
    return (unsigned)__builtin_ctz(items);
}

static inline uint32_t count_items(uint32_t items)
{
    if (items == UINT32_MAX)
        return 32;
    /* The builtin is a call where any x86 processor shall do. [Warren, Hacker's Delight,
     * 5-1] */
    items -= items >> 1 & 0x55555555u;
    items = (items & 0x33333333u) + (items >> 2 & 0x33333333u);
    return ((items + (items >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24;
}

#endif
