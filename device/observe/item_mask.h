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
    return items == UINT32_MAX ? 32u : (uint32_t)__builtin_popcount(items);
}

#endif
