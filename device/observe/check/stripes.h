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

/* stripes_of - for the bytes from first to last, at most 8 KiB. */
struct stripes stripes_of(uintptr_t first, uintptr_t last);

void stripes_lock(struct stripes stripes);
void stripes_unlock(struct stripes stripes);

static inline bool stripes_are_same(struct stripes a, struct stripes b)
{
    return a.low == b.low && a.high == b.high;
}

#endif
