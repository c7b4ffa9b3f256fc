/* SPDX-License-Identifier: MIT */
/* Runs work-groups of a launch on one compute unit. */
#include "work_group.h"

#include "arithmetic.h"
#include "critical.h"
#include "fault/tell.h"
#include "observe/break.h"
#include "observe/failures.h"
#include "observe/profile.h"
#include "observe/traced.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void vgpu_launch_fail(struct vgpu_launch *launch, int status, const char *text)
{
    int good = 0;

    vgpu_critical_enter();
    if (atomic_compare_exchange_strong(&launch->status, &good, status)) {
        if (vgpu_profile_is_on())
            vgpu_failures_note(launch->name, status, text);
        if (launch->report)
            launch->report(launch, text);
    }
    vgpu_critical_leave();
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

/* Scratch that is large enough for the launch; fails it where there is no memory. */
static bool have_scratch(struct vgpu_group_runner *runner, struct vgpu_launch *launch)
{
    size_t bytes;
    void *scratch;
    char text[320];

    if (launch->scratch_bytes <= runner->scratch_bytes)
        return true;
    free(runner->scratch);
    runner->scratch = NULL;
    runner->scratch_bytes = 0;
    if (vgpu_add(launch->scratch_bytes, VGPU_BASE_ALIGN - 1, &bytes) &&
        posix_memalign(&scratch, VGPU_BASE_ALIGN, bytes) == 0) {
        runner->scratch = scratch;
        runner->scratch_bytes = bytes;
        return true;
    }
    snprintf(text, sizeof text,
             "kernel \"%.128s\": there is no memory for the %zu bytes of private memory "
             "of a work-group; use a smaller work-group",
             launch->name ? launch->name : "?", launch->scratch_bytes);
    vgpu_launch_fail(launch, -ENOMEM, text);
    return false;
}

/* Relaxed: a group more or less after a failure does no harm. */
static bool has_failed(struct vgpu_launch *launch)
{
    return atomic_load_explicit(&launch->status, memory_order_relaxed) != 0;
}

/* Groups that are run one after the other, or row by row. */
struct groups_run {
    struct vgpu_launch *launch;
    size_t count;
    void *const *args;
    struct vgpu_group group; /* that runs now, or begins the row that does */
};

static void run_one_by_one(void *context)
{
    struct groups_run *const run = context;
    struct vgpu_launch *const launch = run->launch;
    vgpu_group_fn *const function = launch->function;
    void *const *const args = run->args;

    for (size_t left = run->count; !has_failed(launch);) {
        function(&run->group, args);
        if (--left == 0)
            return;
        place_next_group(&run->group, launch);
    }
}

/* How many whole groups lie side by side from here on, of `count` at most; 0: the group
 * is cut short. */
static size_t row_of(const struct vgpu_group *group, const struct vgpu_launch *launch,
                     size_t count)
{
    const size_t whole = launch->global_size[0] / launch->local_size[0];
    size_t row;

    if (group->local_size[1] != launch->local_size[1] ||
        group->local_size[2] != launch->local_size[2] || group->group_id[0] >= whole)
        return 0;
    row = whole - group->group_id[0];
    return row < count ? row : count;
}

/* Runs `row` whole groups, or (0) one that is cut short. */
static void run_row(const struct vgpu_group *group, const struct vgpu_launch *launch,
                    size_t row, void *const args[])
{
    vgpu_groups_fn *const whole =
        launch->is_alone ? launch->pace->groups : launch->groups;
    vgpu_groups_fn *const groups = row > 0 ? whole : launch->edge_groups;

    if (groups)
        groups(group, row > 0 ? row : 1, args);
    else if (launch->function)
        launch->function(group, args);
    else
        launch->groups(group, 1, args);
}

static void run_rows(void *context)
{
    struct groups_run *const run = context;
    struct vgpu_launch *const launch = run->launch;
    struct vgpu_group *const group = &run->group;
    void *const *const args = run->args;
    size_t count = run->count;

    while (!has_failed(launch)) {
        const size_t row = row_of(group, launch, launch->groups ? count : 1);
        const size_t done = row > 0 ? row : 1;

        run_row(group, launch, row, args);
        if (done == count)
            return;
        count -= done;
        place_group(group, launch, 0, group->group_id[0] + done - 1);
        place_next_group(group, launch);
    }
}

/* What runs the group next, for a debugger. */
static uintptr_t code_of(const struct vgpu_launch *launch, size_t row)
{
    if (row > 0 && launch->groups)
        return (uintptr_t)launch->groups;
    if (row == 0 && launch->edge_groups)
        return (uintptr_t)launch->edge_groups;
    return launch->function ? (uintptr_t)launch->function : (uintptr_t)launch->groups;
}

/* Groups one by one, those with a work-item of VGPU_BREAK in such a way that a debugger
 * can stop in it. */
static void run_watched(void *context)
{
    struct groups_run *const run = context;
    struct vgpu_launch *const launch = run->launch;
    struct vgpu_group *const group = &run->group;
    void *const *const args = run->args;
    size_t count = run->count;
    const enum vgpu_watch watch = launch->watched->watch;

    while (!has_failed(launch)) {
        const size_t row = row_of(group, launch, 1);
        const bool is_met = vgpu_break_is_in(launch, group);

        if (is_met && watch == VGPU_WATCH_GROUP)
            vgpu_break_meet_group(launch, group, code_of(launch, row));
        if (is_met && watch == VGPU_WATCH_ITEM)
            vgpu_items_run_in_place(group, args, launch->item);
        else if (watch == VGPU_WATCH_ITEM)
            launch->function(group, args);
        else
            run_row(group, launch, row, args);
        if (--count == 0)
            return;
        place_next_group(group, launch);
    }
}

/* A unit that never watched groups has nothing to do so with. */
static bool have_traced(struct vgpu_group_runner *runner, struct vgpu_launch *launch)
{
    char text[320];

    if (!runner->traced)
        runner->traced = vgpu_traced_unit_create(runner->local_bytes);
    if (runner->traced)
        return true;
    snprintf(text, sizeof text,
             "kernel \"%.128s\": there is no memory to watch its work-groups",
             launch->name ? launch->name : "?");
    vgpu_launch_fail(launch, -ENOMEM, text);
    return false;
}

/* What runs several of its groups, where they are not traced. */
static void (*loop_for(const struct vgpu_launch *launch))(void *)
{
    if (launch->watched && launch->watched->watch != VGPU_WATCH_NONE)
        return run_watched;
    return launch->groups || launch->edge_groups ? run_rows : run_one_by_one;
}

/* How many groups run side by side from `group` on, of `chunk`. */
static size_t side_by_side(const struct vgpu_chunk *chunk, const struct vgpu_group *group)
{
    const struct vgpu_launch *const launch = chunk->launch;
    const size_t *const id = group->group_id, *const count = launch->num_groups;
    const size_t index = id[0] + count[0] * (id[1] + count[1] * id[2]);
    size_t row = 1;

    if (launch->groups && loop_for(launch) == run_rows && !vgpu_launch_traced(launch))
        row = row_of(group, launch, chunk->first + chunk->count - index);
    return row > 0 ? row : 1;
}

/* The unit has come back from groups that faulted. */
static void end_faulted(struct vgpu_group_runner *runner, const struct vgpu_chunk *chunk,
                        const struct vgpu_group *group)
{
    struct vgpu_item item;
    const bool has_item = vgpu_item_run_abandon(&runner->items, &item);
    const struct vgpu_fault_place place = {
        .launch = chunk->launch,
        .group = group,
        .num_groups = side_by_side(chunk, group),
        .item = has_item ? &item : NULL,
        .stacks = &runner->items.stacks,
    };

    vgpu_fault_fail(&runner->guard, &place);
}

/* Runs run->count groups, in the way that `loop` does; what faults ends them. */
static void run_guarded(struct vgpu_group_runner *runner, const struct vgpu_chunk *chunk,
                        void (*loop)(void *), struct groups_run *run)
{
    if (chunk->launch->is_hosts)
        loop(run);
    else if (!vgpu_guard_call(&runner->guard, loop, run))
        end_faulted(runner, chunk, &run->group);
}

/* Groups one by one: those that observers want to see as traced code. */
static void run_traced(struct vgpu_group_runner *runner, const struct vgpu_chunk *chunk,
                       struct groups_run *run)
{
    struct vgpu_launch *const launch = chunk->launch;
    const bool has_other = launch->groups || launch->edge_groups || launch->function;

    if (!have_traced(runner, launch))
        return;
    run->count = 1;
    for (size_t i = 0; i < chunk->count && !has_failed(launch); i++) {
        if (i > 0)
            place_next_group(&run->group, launch);
        if (!has_other || vgpu_traced_group_is_wanted(launch, chunk->first + i))
            vgpu_traced_group_run(runner->traced, launch, &run->group, chunk->first + i,
                                  run->args);
        else
            run_guarded(runner, chunk, loop_for(launch), run);
    }
}

static void run_groups(struct vgpu_group_runner *runner, const struct vgpu_chunk *chunk)
{
    struct vgpu_launch *launch = chunk->launch;
    struct groups_run run; /* not set as a whole: most of it is the group */

    run.launch = launch;
    run.count = chunk->count;
    run.args = bind_local_args(runner, launch);
    if (launch->scratch_bytes > 0 && !have_scratch(runner, launch))
        return;
    run.group.local_memory = runner->local_memory;
    run.group.scratch = runner->scratch;
    place_first_group(&run.group, launch, chunk->first);
    if (vgpu_launch_traced(launch))
        run_traced(runner, chunk, &run);
    else
        run_guarded(runner, chunk, loop_for(launch), &run);
}

void vgpu_group_runner_fini(struct vgpu_group_runner *runner)
{
    free(runner->scratch);
    runner->scratch = NULL;
    runner->scratch_bytes = 0;
    vgpu_traced_unit_destroy(runner->traced);
    runner->traced = NULL;
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
