/* SPDX-License-Identifier: MIT */
/* Kernels that leave a record of when they ran: each work-item notes that it ran, and
 * between which two ticks of a clock that all kernels share. */
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl_platform.h>
#include <CL/cl_vgpu_kernel.h>

/* A record: how many work-items ran, the first tick, the last tick. See struct record. */
static inline void begin(volatile __global uint *record, volatile __global uint *clock)
{
    atomic_inc(record);
    atomic_min(record + 1, atomic_inc(clock));
}

static inline void end(volatile __global uint *record, volatile __global uint *clock)
{
    atomic_max(record + 2, atomic_inc(clock));
}

VGPU_KERNEL(stress_tick, (__global uint *, records), (__global uint *, clock),
            (uint, node))
{
    begin(records + 4 * node, clock);
    end(records + 4 * node, clock);
}

VGPU_KERNEL(stress_step, (__global uint *, records), (__global uint *, clock),
            (uint, node), (__global uint *, cell))
{
    size_t i = get_global_id(0);

    begin(records + 4 * node, clock);
    cell[i] = cell[i] * 3 + node;
    end(records + 4 * node, clock);
}

VGPU_KERNEL(stress_pair, (__global uint *, records), (__global uint *, clock),
            (uint, node), (__global uint *, cell), (__global const uint *, other))
{
    size_t i = get_global_id(0);

    begin(records + 4 * node, clock);
    cell[i] = cell[i] * 5 + other[i];
    end(records + 4 * node, clock);
}

/* Adds up the group's items in local memory, on fibers, before each adds the sum. */
VGPU_BARRIER_KERNEL(stress_group, (__global uint *, records), (__global uint *, clock),
                    (uint, node), (__global uint *, cell), (__local uint *, sum))
{
    size_t i = get_global_id(0);

    begin(records + 4 * node, clock);
    if (get_local_id(0) == 0)
        *sum = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    atomic_inc(sum);
    barrier(CLK_LOCAL_MEM_FENCE);
    cell[i] = cell[i] * 7 + *sum;
    end(records + 4 * node, clock);
}

/* Not every work-item reaches the barrier: the command fails. */
VGPU_BARRIER_KERNEL(stress_fail, (uint, item))
{
    if (get_local_id(0) == item)
        barrier(CLK_LOCAL_MEM_FENCE);
}
