/* SPDX-License-Identifier: MIT */
/* Kernels that leave a record of when they ran: each work-item notes that it ran, and
 * between which two ticks of a clock that all kernels share. */
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl_platform.h>
#include <CL/cl_vgpu_kernel.h>

/* Records and clock are memory of the host, given as addresses: kernels on several
 * devices write them at once, wherever the devices' own memory is. A record: how many
 * work-items ran, the first tick, the last tick. See struct record. */
static inline volatile __global uint *record_of(ulong records, uint node)
{
    return (volatile __global uint *)(uintptr_t)records + 4 * node;
}

static inline uint tick(ulong clock)
{
    return atomic_inc((volatile __global uint *)(uintptr_t)clock);
}

static inline void begin(ulong records, ulong clock, uint node)
{
    atomic_inc(record_of(records, node));
    atomic_min(record_of(records, node) + 1, tick(clock));
}

static inline void end(ulong records, ulong clock, uint node)
{
    atomic_max(record_of(records, node) + 2, tick(clock));
}

VGPU_KERNEL(stress_tick, (ulong, records), (ulong, clock), (uint, node))
{
    begin(records, clock, node);
    end(records, clock, node);
}

VGPU_KERNEL(stress_step, (ulong, records), (ulong, clock), (uint, node),
            (__global uint *, cell))
{
    size_t i = get_global_id(0);

    begin(records, clock, node);
    cell[i] = cell[i] * 3 + node;
    end(records, clock, node);
}

VGPU_KERNEL(stress_pair, (ulong, records), (ulong, clock), (uint, node),
            (__global uint *, cell), (__global const uint *, other))
{
    size_t i = get_global_id(0);

    begin(records, clock, node);
    cell[i] = cell[i] * 5 + other[i];
    end(records, clock, node);
}

/* Adds up the group's items in local memory, on fibers, before each adds the sum. */
VGPU_BARRIER_KERNEL(stress_group, (ulong, records), (ulong, clock), (uint, node),
                    (__global uint *, cell), (__local uint *, sum))
{
    size_t i = get_global_id(0);

    begin(records, clock, node);
    if (get_local_id(0) == 0)
        *sum = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    atomic_inc(sum);
    barrier(CLK_LOCAL_MEM_FENCE);
    cell[i] = cell[i] * 7 + *sum;
    end(records, clock, node);
}

/* Not every work-item reaches the barrier: the command fails. */
VGPU_BARRIER_KERNEL(stress_fail, (uint, item))
{
    if (get_local_id(0) == item)
        barrier(CLK_LOCAL_MEM_FENCE);
}
