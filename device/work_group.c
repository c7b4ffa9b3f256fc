/* SPDX-License-Identifier: MIT */
/* Runs work-groups of a launch on one compute unit. */
#include "work_group.h"

#include <assert.h>

void vgpu_launch_fail(struct vgpu_launch *launch, int status, const char *text)
{
    int good = 0;

    if (atomic_compare_exchange_strong(&launch->status, &good, status) && launch->report)
        launch->report(launch, text);
}

/* Moves the group to place `id` of one dimension, where an edge may cut it. */
static void place_group(struct vgpu_group *group, const struct vgpu_launch *launch,
                        unsigned d, size_t id)
{
    const size_t first = id * launch->local_size[d];
    const size_t left = launch->global_size[d] - first;

    group->group_id[d] = id;
    group->first_global_id[d] = launch->global_offset[d] + first;
    group->local_size[d] = launch->local_size[d] < left ? launch->local_size[d] : left;
}

static void place_first_group(struct vgpu_group *group, const struct vgpu_launch *launch,
                              size_t index)
{
    group->work_dim = launch->work_dim;
    for (unsigned d = 0; d < 3; d++) {
        group->global_offset[d] = launch->global_offset[d];
        group->global_size[d] = launch->global_size[d];
        group->enqueued_local_size[d] = launch->local_size[d];
        group->num_groups[d] = launch->num_groups[d];
        place_group(group, launch, d, index ? index % launch->num_groups[d] : 0);
        index = index ? index / launch->num_groups[d] : 0;
    }
}

static void place_next_group(struct vgpu_group *group, const struct vgpu_launch *launch)
{
    for (unsigned d = 0; d < 3; d++) {
        if (group->group_id[d] + 1 < launch->num_groups[d]) {
            place_group(group, launch, d, group->group_id[d] + 1);
            return;
        }
        place_group(group, launch, d, 0);
    }
}

/* The launch's arguments, with __local pointers into the unit's own local memory. */
static void *const *bind_local_args(struct vgpu_group_runner *runner,
                                    const struct vgpu_launch *launch)
{
    if (launch->num_locals == 0)
        return launch->args;
    assert(launch->num_args <= VGPU_MAX_KERNEL_ARGS);
    for (uint32_t i = 0; i < launch->num_args; i++)
        runner->args[i] = launch->args[i];
    for (uint32_t i = 0; i < launch->num_locals; i++) {
        const struct vgpu_local_arg *local = &launch->locals[i];
        runner->local_pointers[i] = (char *)runner->local_memory + local->offset;
        runner->args[local->index] = &runner->local_pointers[i];
    }
    return runner->args;
}

static void run_groups(struct vgpu_group_runner *runner, const struct vgpu_chunk *chunk)
{
    struct vgpu_launch *launch = chunk->launch;
    void *const *args = bind_local_args(runner, launch);
    struct vgpu_group group;

    group.local_memory = runner->local_memory;
    group.scratch = NULL;
    place_first_group(&group, launch, chunk->first);
    for (size_t i = 0;;) {
        /* Relaxed: a group more or less after a failure does no harm. */
        if (atomic_load_explicit(&launch->status, memory_order_relaxed) != 0)
            return;
        launch->function(&group, args);
        if (++i == chunk->count)
            return;
        place_next_group(&group, launch);
    }
}

bool vgpu_chunk_run(struct vgpu_group_runner *runner, const struct vgpu_chunk *chunk)
{
    struct vgpu_launch *launch = chunk->launch;

    runner->items.launch = launch;
    if (chunk->first == 0 && launch->started)
        launch->started(launch);
    run_groups(runner, chunk);
    runner->items.launch = NULL;
    /* From here on the launch belongs to those who still hold groups. */
    return atomic_fetch_sub(&launch->groups_left, chunk->count) == chunk->count;
}
