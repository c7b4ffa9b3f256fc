/* SPDX-License-Identifier: MIT */
/* Locks of cells. */
#include "stripes.h"

#include "futex.h"

#include <sched.h>

#define SPINS 200u /* polls before the core is offered to others */

struct stripe stripes_all[STRIPES];

/* The holder may have lost its core. */
void stripe_wait(struct stripe *stripe)
{
    /* relaxed: a hint */
    for (unsigned i = 0; atomic_load_explicit(&stripe->is_taken, memory_order_relaxed);
         i++)
        if (i >= SPINS)
            sched_yield();
        else
            vgpu_pause();
}
