/* SPDX-License-Identifier: MIT */
/* Runs work-groups of a launch on one compute unit. */
#ifndef VGPU_WORK_GROUP_H
#define VGPU_WORK_GROUP_H

#include "device.h"
#include "fault/guard.h"
#include "item_run.h"

/* Consecutive work-groups that one unit has taken from a launch. */
struct vgpu_chunk {
    struct vgpu_launch *launch;
    size_t first, count;
    bool has_atomics; /* as the launch, which may be gone when the chunk ends */
    bool is_alone;    /* nothing else that has atomics runs */
};

/* What a compute unit needs to run groups. Only its thread touches this. */
struct vgpu_group_runner {
    void *local_memory;               /* of the running group */
    size_t local_bytes;               /* of local_memory */
    void *args[VGPU_MAX_KERNEL_ARGS]; /* of a launch with __local arguments */
    void *local_pointers[VGPU_MAX_KERNEL_ARGS];
    void *scratch; /* of the running groups; grows, and is kept. NULL: none yet */
    size_t scratch_bytes;
    struct vgpu_item_run items;
    struct vgpu_guard guard;
    struct vgpu_traced_unit *traced; /* NULL: no group was traced yet */
};

/* vgpu_group_runner_fini - frees its scratch; local_memory is the unit's. */
void vgpu_group_runner_fini(struct vgpu_group_runner *runner);

/* vgpu_chunk_run - runs the groups and gives them back. True: they were the launch's
 * last, and the caller must complete it. False: the launch may be gone already. */
bool vgpu_chunk_run(struct vgpu_group_runner *runner, const struct vgpu_chunk *chunk);

/* vgpu_launch_fail - the first failure of a launch is the one it ends with, and is
 * reported; its groups that have not begun are skipped. Called by a unit that runs one of
 * its groups. */
void vgpu_launch_fail(struct vgpu_launch *launch, int status, const char *text);

#endif
