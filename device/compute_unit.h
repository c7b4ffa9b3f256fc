/* SPDX-License-Identifier: MIT */
/* A compute unit: a thread pinned to one core that takes work-groups from its device's
 * run list. */
#ifndef VGPU_COMPUTE_UNIT_H
#define VGPU_COMPUTE_UNIT_H

#include "fault/watchdog.h"
#include "observe/counters.h"
#include "run_list.h"
#include "topology.h"
#include "work_group.h"

struct vgpu_compute_unit {
    struct vgpu_waiter waiter;
    struct vgpu_run_list *runs;
    struct vgpu_unit_placement placement;
    struct vgpu_unit_counters counters;
    unsigned device, index; /* of its device; its own there */
    struct {
        const char *kernel;
        uint64_t group_ns;
    } slices; /* of a trace: how long a group of the last launch took */
    struct vgpu_group_runner runner;
    struct vgpu_timed timed; /* limit_ns 0: it is not */
    pthread_t thread;
};

/* vgpu_compute_unit_start - starts the thread `name` for a unit whose runs,
 * placement.cpu and counters.block are set and the rest zero, and pins it. 0 or negative
 * errno: -EAGAIN the system gives no thread, -ENOMEM. */
int vgpu_compute_unit_start(struct vgpu_compute_unit *unit, hwloc_topology_t topology,
                            const struct vgpu_device_spec *spec, const char *name);

/* vgpu_compute_unit_join - waits for the thread of a stopped run list; frees what the
 * unit owns. */
void vgpu_compute_unit_join(struct vgpu_compute_unit *unit);

#endif
