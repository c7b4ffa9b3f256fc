/* SPDX-License-Identifier: MIT */
/* Locks of cells: one for each piece of memory, so that groups side by side rarely want
 * the same. Held for the length of one access; who waits spins. */
#ifndef VGPU_CHECK_STRIPES_H
#define VGPU_CHECK_STRIPES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Those that an access of some bytes needs. */
struct stripes {
    uint32_t low, high; /* one, or two that are taken in this order */
};

#define STRIPE_SHIFT 13u /* log2 of bytes of memory that one is for */
#define STRIPES_LOG2 9u
#define STRIPES      (1u << STRIPES_LOG2)

/* Units run through parts of a buffer that lie a power of two apart: Fibonacci hashing
 * (Knuth, The Art of Computer Programming 3, 6.4) gives these different locks. */
static inline uint32_t stripe_of(uintptr_t address)
{
    return (uint32_t)(address >> STRIPE_SHIFT) * 2654435769u >> (32 - STRIPES_LOG2);
}

/* stripes_of - for the bytes from first to last, at most 8 KiB. */
static inline struct stripes stripes_of(uintptr_t first, uintptr_t last)
{
    const uint32_t a = stripe_of(first), b = stripe_of(last);

    return (struct stripes){a < b ? a : b, a < b ? b : a};
}

/* Each has a cache line of its own. */
struct stripe {
    _Alignas(64) atomic_bool is_taken;
};
extern struct stripe stripes_all[STRIPES];

/* stripe_wait - returns when it has been free for a moment. */
void stripe_wait(struct stripe *stripe);

static inline void stripe_lock(struct stripe *stripe)
{
    /* acquire: what the last holder did to the cells is seen */
    while (atomic_exchange_explicit(&stripe->is_taken, true, memory_order_acquire))
        stripe_wait(stripe);
}

static inline void stripe_unlock(struct stripe *stripe)
{
    /* release: what was done to the cells is seen by the next holder */
    atomic_store_explicit(&stripe->is_taken, false, memory_order_release);
}

static inline void stripes_lock(struct stripes stripes)
{
    stripe_lock(&stripes_all[stripes.low]);
    if (stripes.high != stripes.low)
        stripe_lock(&stripes_all[stripes.high]);
}

static inline void stripes_unlock(struct stripes stripes)
{
    stripe_unlock(&stripes_all[stripes.low]);
    if (stripes.high != stripes.low)
        stripe_unlock(&stripes_all[stripes.high]);
}

static inline bool stripes_are_same(struct stripes a, struct stripes b)
{
    return a.low == b.low && a.high == b.high;
}

#endif
