/* SPDX-License-Identifier: MIT */
/* The kernels of programs that are traced. */
#include "kernels.h"

#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(events_add, (__global int *, x), (int, a))
{
    x[get_global_id(0)] += a;
}

VGPU_BARRIER_KERNEL(events_meet, (__global int *, x))
{
    barrier(CLK_GLOBAL_MEM_FENCE);
    x[get_global_id(0)] += 1;
}

/* Goes on until somebody writes to x[0]. */
VGPU_GROUP_KERNEL(events_spin, (__global volatile int *, x))
{
    while (x[0] == 0)
        ;
}

atomic_int events_hold_state;

VGPU_GROUP_KERNEL(events_hold, (__global int *, x))
{
    int one = 1;

    x[0] = 1;
    if (atomic_compare_exchange_strong(&events_hold_state, &one, 2))
        while (atomic_load(&events_hold_state) == 2)
            ;
}
