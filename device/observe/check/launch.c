/* SPDX-License-Identifier: MIT */
/* Launches and groups under checks: begin and end, and what they keep meanwhile. */
#define _GNU_SOURCE
#include "unwritten.h"
#include "wait.h"

#include "arithmetic.h"

#include <stdlib.h>
#include <string.h>

static void add_objects(struct vgpu_check_launch *launch,
                        const struct vgpu_check_command *check)
{
    for (uint32_t i = 0; i < check->num_arguments && launch->num_objects < CHECK_OBJECTS;
         i++) {
        const struct vgpu_check_argument *a = &check->arguments[i];
        struct check_object *same = NULL;

        /* Buffers that begin at one place cannot be told apart by the pointer. */
        for (uint32_t j = 0; j < launch->num_objects; j++)
            if (launch->objects[j].first == a->address)
                same = &launch->objects[j];
        if (!same) {
            same = &launch->objects[launch->num_objects++];
            *same = (struct check_object){.first = a->address,
                                          .region = region_find(a->address)};
        }
        if (a->address + a->size > same->end)
            same->end = a->address + a->size;
        same->may_read = same->may_read || a->may_read;
        same->may_write = same->may_write || a->may_write;
    }
}

bool vgpu_check_wants_one_unit(const struct vgpu_check_launch *launch)
{
    return launch->has_races && launch->kernel->has_sync;
}

struct vgpu_check_launch *vgpu_check_launch_begin(const struct vgpu_launch *launch,
                                                  const struct vgpu_traced_table *table)
{
    const struct vgpu_check_command *check = vgpu_launch_check(launch);
    struct vgpu_check_launch *started;

    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return NULL;
    started = aligned_alloc(_Alignof(struct vgpu_check_launch), sizeof *started);
    if (!started)
        return NULL;
    memset(started, 0, sizeof *started);
    started->lock = (pthread_mutex_t)PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
    started->launch = launch;
    started->table = table;
    started->kernel = check_kernel_of(launch->name ? launch->name : "?", table);
    if (!started->kernel) {
        free(started);
        return NULL;
    }
    if (check)
        add_objects(started, check);
    if (check && check->order)
        memcpy(started->before, check->order->before, sizeof started->before);
    started->has_races = vgpu_check_is_on(VGPU_CHECK_race);
    started->order = check ? check->order : NULL;
    return started;
}

static void group_free(struct vgpu_check_group *group)
{
    if (!group)
        return;
    free(group->local_memory.written);
    cells_destroy(&group->local_memory.cells);
    free(group->rows);
    free(group->syncs);
    free(group->targets);
    free(group->waiting);
    free(group);
}

void vgpu_check_launch_end(struct vgpu_check_launch *launch)
{
    if (!launch)
        return;
    unwritten_launch_end(launch);
    if (launch->record)
        order_launch_end(launch->record);
    for (unsigned i = 0; i < CHECK_IDLE; i++)
        group_free(atomic_load(&launch->idle[i].group));
    pthread_mutex_destroy(&launch->lock);
    free(launch);
}

static struct vgpu_check_group *group_new(struct vgpu_check_launch *launch)
{
    struct vgpu_check_group *const group = calloc(1, sizeof *group);

    if (!group)
        return NULL;
    group->launch = launch;
    group->targets = calloc(launch->table->num_sites + 1u, sizeof *group->targets);
    if (!group->targets) {
        group_free(group);
        return NULL;
    }
    return group;
}

/* The memory that this thread has used last, which its caches hold, or new. */
static struct vgpu_check_group *group_take(struct vgpu_check_launch *launch,
                                           struct runner *self)
{
    struct vgpu_check_group *group =
        atomic_exchange(&launch->idle[self->number % CHECK_IDLE].group, NULL);

    if (!group)
        group = group_new(launch);
    if (group && group->runner != self)
        cells_destroy(&group->local_memory.cells); /* whose segments may be higher */
    if (group)
        group->runner = self;
    return group;
}

static void group_put(struct vgpu_check_group *group)
{
    struct vgpu_check_launch *const launch = group->launch;

    group_free(
        atomic_exchange(&launch->idle[group->runner->number % CHECK_IDLE].group, group));
}

static bool have_rows(struct vgpu_check_group *group, uint32_t num_rows)
{
    struct vgpu_check_row *rows;

    if (num_rows <= group->room_rows)
        return true;
    rows = calloc(num_rows, sizeof *rows);
    if (!rows)
        return false;
    free(group->rows);
    free(group->syncs);
    group->syncs = NULL;
    group->rows = rows;
    group->room_rows = num_rows;
    return true;
}

/* Local memory has no value; its cells are from other groups, and so forgotten. */
static void place_local(struct vgpu_check_group *group, size_t bytes)
{
    struct region *local = &group->local_memory;

    local->kind = REGION_LOCAL;
    local->first = (uintptr_t)group->group.local_memory;
    local->end = local->first + bytes;
    if (bytes > group->local_room) {
        free(local->written);
        local->written = NULL;
        cells_destroy(&local->cells);
        local->has_no_cells = false;
        group->local_room = bytes;
    }
    if (bytes == 0 || !vgpu_check_is_on(VGPU_CHECK_uninit))
        return;
    atomic_store_explicit(&local->is_all_written, false, memory_order_relaxed);
    if (local->written)
        memset(local->written, 0, bytes);
    else
        local->written = calloc(group->local_room, 1);
}

static uint64_t linear_of(const struct vgpu_group *group)
{
    return group->group_id[0] +
           group->num_groups[0] *
               (group->group_id[1] + (uint64_t)group->num_groups[1] * group->group_id[2]);
}

static void set_rows(struct vgpu_check_group *group, uint32_t num_rows,
                     const uint32_t *firsts, const uint32_t *counts)
{
    group->num_rows = num_rows;
    group->has_sync = false;
    for (uint32_t i = 0; i < num_rows; i++)
        group->rows[i] = (struct vgpu_check_row){.group = group,
                                                 .sites = group->launch->table->sites,
                                                 .index = i,
                                                 .first = firsts[i],
                                                 .count = counts[i]};
}

struct vgpu_check_group *vgpu_check_group_begin(struct vgpu_check_launch *launch,
                                                const struct vgpu_group *group,
                                                size_t local_bytes, uint32_t num_rows,
                                                const uint32_t *firsts,
                                                const uint32_t *counts)
{
    struct runner *const self = launch && num_rows > 0 ? runner_self() : NULL;
    struct vgpu_check_group *begun;
    unsigned generation;

    if (!self)
        return NULL;
    begun = group_take(launch, self);
    if (!begun)
        return NULL;
    if (!have_rows(begun, num_rows)) {
        group_free(begun);
        return NULL;
    }
    begun->group = *group;
    begun->linear = linear_of(group);
    if (local_bytes > launch->launch->local_bytes)
        local_bytes = launch->launch->local_bytes; /* that the kernel asked for */
    place_local(begun, local_bytes);
    wait_forget(begun);
    set_rows(begun, num_rows, firsts, counts);
    order_launch_begin(launch);
    begun->has_races = launch->record != NULL;
    begun->is_alone = order_wants_alone(launch);
    runner_enter(self, begun->is_alone);
    if (begun->has_races)
        order_group_begin(begun);
    if (begun->beginnings != order_beginnings())
        cells_destroy(&begun->local_memory.cells);
    begun->beginnings = order_beginnings();
    generation = region_generation();
    /* Units have local memory at different places, and regions may be gone. */
    if (generation != begun->generation || local_bytes > 0)
        memset(begun->targets, 0, launch->table->num_sites * sizeof *begun->targets);
    begun->generation = generation;
    return begun;
}

struct vgpu_check_row *vgpu_check_row(struct vgpu_check_group *group, uint32_t row)
{
    return &group->rows[row];
}

void vgpu_check_row_private(struct vgpu_check_row *row, const void *memory, size_t size)
{
    const uintptr_t first = (uintptr_t)memory;

    if (row->num_privates < CHECK_PRIVATES)
        row->privates[row->num_privates++] = (struct check_private){first, first + size};
}

void vgpu_check_group_end(struct vgpu_check_group *group)
{
    unwritten_group_end(group);
    if (group->has_races)
        order_group_end(group);
    runner_leave(group->runner, group->is_alone);
    group_put(group);
}

struct check_row_sync *check_row_sync(struct vgpu_check_row *row)
{
    struct vgpu_check_group *group = row->group;

    if (row->sync)
        return row->sync;
    if (!group->syncs)
        group->syncs = malloc(group->room_rows * sizeof *group->syncs);
    if (!group->syncs)
        return NULL;
    row->sync = &group->syncs[row->index];
    memset(row->sync, 0, sizeof *row->sync);
    group->has_sync = true;
    return row->sync;
}
