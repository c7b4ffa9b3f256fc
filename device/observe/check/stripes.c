/* SPDX-License-Identifier: MIT */
/* Locks of cells. */
#include "stripes.h"

#include <sched.h>
#include <stdatomic.h>

#define STRIPE_SHIFT 13u /* log2 of bytes of memory that one is for */
#define STRIPES      512u
#define SPINS        100u /* polls before the core is offered to others */

/* Each has a cache line of its own. */
static struct {
    _Alignas(64) atomic_bool is_taken;
} stripe[STRIPES];

struct stripes stripes_of(uintptr_t first, uintptr_t last)
{
    const uint32_t a = (uint32_t)(first >> STRIPE_SHIFT) % STRIPES;
    const uint32_t b = (uint32_t)(last >> STRIPE_SHIFT) % STRIPES;

    return (struct stripes){a < b ? a : b, a < b ? b : a};
}

/* The holder may have lost its core. */
static void wait_for(uint32_t index)
{
    /* relaxed: a hint */
    for (unsigned i = 0;
         atomic_load_explicit(&stripe[index].is_taken, memory_order_relaxed); i++)
        if (i >= SPINS)
            sched_yield();
}

static void lock(uint32_t index)
{
    /* acquire: what the last holder did to the cells is seen */
    while (atomic_exchange_explicit(&stripe[index].is_taken, true, memory_order_acquire))
        wait_for(index);
}

static void unlock(uint32_t index)
{
    /* release: what was done to the cells is seen by the next holder */
    atomic_store_explicit(&stripe[index].is_taken, false, memory_order_release);
}

void stripes_lock(struct stripes stripes)
{
    lock(stripes.low);
    if (stripes.high != stripes.low)
        lock(stripes.high);
}

void stripes_unlock(struct stripes stripes)
{
    unlock(stripes.low);
    if (stripes.high != stripes.low)
        unlock(stripes.high);
}
