/* SPDX-License-Identifier: MIT */
/* Locks of cells. */
#include "stripes.h"

#include "futex.h"

#include <sched.h>
#include <stdatomic.h>

#define SPINS 200u /* polls before the core is offered to others */

/* Each has a cache line of its own. */
static struct {
    _Alignas(64) atomic_bool is_taken;
} stripe[STRIPES];

/* The holder may have lost its core. */
static void wait_for(uint32_t index)
{
    /* relaxed: a hint */
    for (unsigned i = 0;
         atomic_load_explicit(&stripe[index].is_taken, memory_order_relaxed); i++)
        if (i >= SPINS)
            sched_yield();
        else
            vgpu_pause();
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
