/* SPDX-License-Identifier: MIT */
/* Locks of cells: one for each piece of memory, so that groups side by side rarely want
 * the same. Held for the length of one access; who waits spins. */
#ifndef VGPU_CHECK_STRIPES_H
#define VGPU_CHECK_STRIPES_H

#include <stdbool.h>
#include <stdint.h>

/* Those that an access of some bytes needs. */
struct stripes {
    uint32_t low, high; /* one, or two that are taken in this order */
};

#define STRIPE_SHIFT 13u /* log2 of bytes of memory that one is for */
#define STRIPES      512u

/* stripes_of - for the bytes from first to last, at most 8 KiB. */
static inline struct stripes stripes_of(uintptr_t first, uintptr_t last)
{
    const uint32_t a = (uint32_t)(first >> STRIPE_SHIFT) % STRIPES;
    const uint32_t b = (uint32_t)(last >> STRIPE_SHIFT) % STRIPES;

    return (struct stripes){a < b ? a : b, a < b ? b : a};
}

void stripes_lock(struct stripes stripes);
void stripes_unlock(struct stripes stripes);

static inline bool stripes_are_same(struct stripes a, struct stripes b)
{
    return a.low == b.low && a.high == b.high;
}

#endif
