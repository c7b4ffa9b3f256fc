/* SPDX-License-Identifier: MIT */
/* Runs a group of a traced launch: its sub-groups on fibers, from barrier to barrier. */
#include "arithmetic.h"
#include "critical.h"
#include "fault/tell.h"
#include "profile.h"
#include "traced_calls.h"
#include "unit.h"
#include "work_group.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row's private arrays are of up to 32 items. Pages are had when they are touched. */
#define STACK_BYTES ((size_t)1 << 20)
#define MOST_ROWS   (VGPU_MAX_WORK_GROUP_SIZE / VGPU_TRACED_LEAST)

static _Thread_local struct vgpu_traced_unit *here
    __attribute__((tls_model("initial-exec")));

struct vgpu_traced_unit *vgpu_traced_unit_create(size_t local_bytes)
{
    struct vgpu_traced_unit *const unit = calloc(1, sizeof *unit);

    if (!unit)
        return NULL;
    unit->words.count = (uint32_t)(local_bytes / VGPU_BANK_BYTES);
    unit->words.marks = calloc(unit->words.count, sizeof *unit->words.marks);
    unit->local.size = local_bytes;
    unit->fiber_stacks.bytes = STACK_BYTES;
    if (!unit->words.marks) {
        free(unit);
        return NULL;
    }
    vgpu_context_adopt(&unit->home);
    unit->guard = vgpu_guard_here();
    here = unit;
    return unit;
}

void vgpu_traced_unit_destroy(struct vgpu_traced_unit *unit)
{
    if (!unit)
        return;
    for (unsigned i = 0; unit->fibers && i < MOST_ROWS; i++) {
        vgpu_lag_fini(&unit->fibers[i].row.log);
        if (i < unit->fiber_stacks.ready)
            vgpu_context_fini(&unit->fibers[i].context);
    }
    vgpu_fiber_stacks_fini(&unit->fiber_stacks);
    free(unit->fibers);
    free(unit->frame_memory);
    free(unit->words.marks);
    free(unit->unread_blocks);
    free(unit->unread_shapes);
    free(unit->all);
    free(unit);
    here = NULL;
}

/* Runs the row to its next barrier or its end. */
static void run_row(struct vgpu_traced_unit *unit, struct vgpu_row_fiber *fiber)
{
    const struct vgpu_traced_code *const code = unit->code;
    char *const frame = (char *)unit->frames.first +
                        (size_t)(fiber - unit->fibers) *
                            vgpu_round_up(code->frame_bytes, VGPU_BASE_ALIGN);

    vgpu_critical_set(0);
    fiber->resume = code->row(unit->group, unit->args, fiber->first, fiber->count, frame,
                              fiber->resume, &fiber->row.code);
    vgpu_critical_set(1);
    fiber->is_done = true;
    if (fiber->resume != 0)
        return;
    fiber->has_ended = true;
    if (fiber->row.counts)
        vgpu_parts_end(&fiber->row);
}

/* The bottom of every fiber: runs rows for as long as the unit lives. */
static void fiber_main(void)
{
    struct vgpu_traced_unit *const unit = here;
    struct vgpu_row_fiber *const self = unit->current;

    VGPU_OUTERMOST_FRAME();
    vgpu_context_arrive(&self->context);
    for (;;) {
        run_row(unit, self);
        vgpu_context_switch(&self->context, &unit->home);
    }
}

void vgpu_traced_yield(struct vgpu_row *row)
{
    struct vgpu_row_fiber *const self = row->unit->current;
    const sig_atomic_t critical = vgpu_critical;

    row->turn = VGPU_TURN_ACCESSES;
    if (!self)
        return;
    vgpu_critical_set(1);
    vgpu_context_switch(&self->context, &row->unit->home);
    vgpu_critical_set(critical);
}

static bool make_fibers(struct vgpu_traced_unit *unit, unsigned count)
{
    const unsigned before = unit->fiber_stacks.ready;

    if (!unit->fibers)
        unit->fibers = calloc(MOST_ROWS, sizeof *unit->fibers);
    if (!unit->fibers || count > MOST_ROWS)
        return false;
    if (count == 1 || count <= before)
        return true;
    if (vgpu_fiber_stacks_grow(&unit->fiber_stacks, MOST_ROWS, count) != 0)
        return false;
    for (unsigned i = before; i < count; i++)
        vgpu_context_prepare(&unit->fibers[i].context, &unit->fiber_stacks, i,
                             fiber_main);
    return true;
}

/* Where the rows' stacks are: a single row runs on the unit's own. */
static void find_stacks(struct vgpu_traced_unit *unit, unsigned count)
{
    unit->stacks.first = (uintptr_t)unit->fiber_stacks.base;
    unit->stacks.size = unit->fiber_stacks.stride * count;
    if (count > 1)
        return;
    unit->stacks.first = (uintptr_t)__builtin_frame_address(0) - STACK_BYTES;
    unit->stacks.size = STACK_BYTES;
}

static bool make_frames(struct vgpu_traced_unit *unit, unsigned count)
{
    const size_t each = vgpu_round_up(unit->code->frame_bytes, VGPU_BASE_ALIGN);
    size_t bytes;

    if (!vgpu_multiply(each, count, &bytes))
        return false;
    if (bytes > unit->frame_room) {
        free(unit->frame_memory);
        unit->frame_memory = NULL;
        unit->frame_room = 0;
        if (posix_memalign(&unit->frame_memory, VGPU_BASE_ALIGN, bytes) != 0) {
            unit->frame_memory = NULL;
            return false;
        }
        unit->frame_room = bytes;
    }
    unit->frames.first = (uintptr_t)unit->frame_memory;
    unit->frames.size = bytes;
    return true;
}

/* Where the unit counts the kernel; NULL: no memory. */
static struct vgpu_traced_counts *find_counts(struct vgpu_traced_unit *unit,
                                              struct vgpu_traced_kernel *kernel)
{
    struct vgpu_traced_counts **all;

    if (unit->counts && unit->counts->kernel == kernel)
        return unit->counts;
    for (size_t i = 0; i < unit->num_counts; i++)
        if (unit->all[i]->kernel == kernel)
            return unit->counts = unit->all[i];
    all = realloc(unit->all, (unit->num_counts + 1) * sizeof *all);
    if (!all)
        return NULL;
    unit->all = all;
    unit->counts = vgpu_traced_counts_create(kernel);
    if (unit->counts)
        unit->all[unit->num_counts++] = unit->counts;
    return unit->counts;
}

/* Room to count in for rows that are not asked for. */
static bool make_unread(struct vgpu_traced_unit *unit,
                        const struct vgpu_traced_table *table)
{
    if (table->num_blocks > unit->num_unread_blocks) {
        free(unit->unread_blocks);
        unit->unread_blocks = calloc(table->num_blocks, sizeof *unit->unread_blocks);
        unit->num_unread_blocks = unit->unread_blocks ? table->num_blocks : 0;
    }
    if (table->num_sites > unit->num_unread_shapes) {
        free(unit->unread_shapes);
        unit->unread_shapes = calloc(table->num_sites, sizeof *unit->unread_shapes);
        unit->num_unread_shapes = unit->unread_shapes ? table->num_sites : 0;
    }
    return table->num_blocks <= unit->num_unread_blocks &&
           table->num_sites <= unit->num_unread_shapes;
}

static void start_row(struct vgpu_traced_unit *unit, unsigned index,
                      struct vgpu_traced_counts *counts)
{
    struct vgpu_row_fiber *const fiber = &unit->fibers[index];
    struct vgpu_row *const row = &fiber->row;
    const uint32_t items = UINT32_MAX >> (VGPU_TRACED_ITEMS - fiber->count);

    fiber->resume = 0;
    fiber->has_ended = false;
    row->unit = unit;
    row->turn = VGPU_TURN_ACCESSES;
    row->check = NULL;
    row->counts = counts;
    row->recorded = NULL;
    row->code.meeting = VGPU_TRACED_END;
    row->code.blocks = counts ? counts->blocks : unit->unread_blocks;
    row->code.shapes = counts ? counts->shapes : unit->unread_shapes;
    if (!counts) {
        row->code.items = items;
        return;
    }
    row->table = unit->table->blocks;
    vgpu_parts_start(row, items);
    if (counts->has_recorded)
        return;
    row->recorded = vgpu_traced_record_row(counts->kernel);
    counts->has_recorded = !row->recorded;
    if (row->recorded) {
        memcpy(row->recorded->group, unit->group->group_id, sizeof row->recorded->group);
        row->recorded->row = index;
        row->recorded->items = items;
    }
}

/* Lets rows run until each waits at a barrier or has ended. */
static void run_round(struct vgpu_traced_unit *unit, unsigned count)
{
    unsigned left = 0;

    for (unsigned i = 0; i < count; i++) {
        unit->fibers[i].is_done = unit->fibers[i].has_ended;
        left += !unit->fibers[i].is_done;
    }
    while (left > 0)
        for (unsigned i = 0; i < count; i++) {
            struct vgpu_row_fiber *const fiber = &unit->fibers[i];

            if (fiber->is_done)
                continue;
            unit->current = fiber;
            vgpu_context_switch(&unit->home, &fiber->context);
            unit->current = NULL;
            left -= fiber->is_done;
        }
}

/* The first row that waits at a barrier, or NULL; and one that is not there. */
static struct vgpu_row_fiber *find_waiting(struct vgpu_traced_unit *unit, unsigned count,
                                           struct vgpu_row_fiber **elsewhere_out)
{
    struct vgpu_row_fiber *waiting = NULL;

    *elsewhere_out = NULL;
    for (unsigned i = 0; i < count && !waiting; i++)
        if (!unit->fibers[i].has_ended)
            waiting = &unit->fibers[i];
    for (unsigned i = 0; i < count && waiting; i++)
        if (unit->fibers[i].resume != waiting->resume)
            *elsewhere_out = &unit->fibers[i];
    return waiting;
}

static void say_missed(struct vgpu_row_fiber *waiting, struct vgpu_row_fiber *elsewhere)
{
    if (waiting->row.check && elsewhere->row.check)
        vgpu_traced_checker()->barrier_missed(waiting->row.check, elsewhere->row.check,
                                              elsewhere->has_ended);
}

/* Runs the rows from barrier to barrier. */
static void run_rounds(struct vgpu_traced_unit *unit)
{
    const unsigned count = unit->num_rows;

    for (;;) {
        struct vgpu_row_fiber *waiting, *elsewhere;

        if (count == 1)
            run_row(unit, unit->fibers);
        else
            run_round(unit, count);
        waiting = find_waiting(unit, count, &elsewhere);
        if (!waiting)
            return;
        if (elsewhere) {
            say_missed(waiting, elsewhere);
            vgpu_barrier_missed(unit->group);
            return;
        }
        if (unit->check)
            vgpu_traced_checker()->barrier_passed(unit->check);
    }
}

/* Nothing but the rows' own code can be left. */
static void run_guarded(void *context)
{
    vgpu_critical_set(1);
    run_rounds(context);
    vgpu_critical_set(0);
}

/* A fault has left a row. The others never go on, either. */
static void end_faulted(struct vgpu_traced_unit *unit, unsigned count)
{
    struct vgpu_row_fiber *const row = count == 1 ? unit->fibers : unit->current;
    const struct vgpu_fault_place place = {
        .launch = unit->launch,
        .group = unit->group,
        .num_groups = 1,
        .first_item = row->first,
        .num_items = row->count,
        .stacks = &unit->fiber_stacks,
    };

    unit->current = NULL;
    if (count > 1)
        vgpu_sanitizer_come_home(&unit->home.sanitizer);
    for (unsigned i = 0; count > 1 && i < count; i++)
        vgpu_context_prepare(&unit->fibers[i].context, &unit->fiber_stacks, i,
                             fiber_main);
    vgpu_fault_fail(unit->guard, &place);
}

/* Tells the checks of the group and its rows. */
static struct vgpu_check_group *begin_checks(struct vgpu_traced_unit *unit,
                                             unsigned count)
{
    const struct vgpu_traced_checker *const checker = vgpu_traced_checker();
    const size_t frame = vgpu_round_up(unit->code->frame_bytes, VGPU_BASE_ALIGN);
    const size_t stack = count == 1 ? unit->stacks.size : unit->fiber_stacks.stride;
    uint32_t firsts[MOST_ROWS], counts[MOST_ROWS];
    struct vgpu_check_group *group;

    for (unsigned i = 0; i < count; i++) {
        firsts[i] = unit->fibers[i].first;
        counts[i] = unit->fibers[i].count;
    }
    group = checker->group_begin(unit->launch->watched->checked, unit->group,
                                 unit->launch->local_bytes, count, firsts, counts);
    for (unsigned i = 0; i < count && group; i++) {
        struct vgpu_check_row *const row = checker->row(group, i);

        unit->fibers[i].row.check = row;
        if (row && frame > 0)
            checker->row_private(row, (char *)unit->frame_memory + i * frame, frame);
        if (row)
            checker->row_private(row, (char *)unit->stacks.first + i * stack, stack);
    }
    return group;
}

static void fail(struct vgpu_traced_unit *unit, unsigned count)
{
    const struct vgpu_launch *const launch = unit->launch;
    char text[320];

    snprintf(text, sizeof text,
             "kernel \"%.128s\": there is no memory to watch a work-group of %u "
             "sub-groups; use a smaller work-group, or watch nothing",
             launch->name ? launch->name : "?", count);
    vgpu_launch_fail(unit->launch, -ENOMEM, text);
}

/* A group of so many items, in rows. */
static void place_rows(struct vgpu_traced_unit *unit, size_t items, uint32_t width)
{
    struct vgpu_row_fiber *fiber = unit->fibers;

    for (size_t first = 0; first < items; first += width, fiber++) {
        fiber->first = (uint32_t)first;
        fiber->count = items - first < width ? (uint32_t)(items - first) : width;
    }
}

static bool is_whole(const struct vgpu_launch *launch, const struct vgpu_group *group)
{
    return memcmp(group->local_size, launch->local_size, sizeof launch->local_size) == 0;
}

/* Has all that groups like this one, of so many items, need; the launch's others are
 * mostly alike. */
static bool prepare(struct vgpu_traced_unit *unit, const struct vgpu_traced_code *code,
                    size_t items)
{
    const uint64_t sample = unit->launch->watched->sample;
    const uint32_t width = vgpu_traced_kernel_width(code->kernel);

    if (unit->prepared.sample == sample && unit->prepared.items == items &&
        unit->code == code)
        return true;
    unit->prepared.items = 0;
    unit->code = code;
    unit->table = vgpu_traced_kernel_table(code->kernel);
    unit->num_rows = (unsigned)((items + width - 1) / width);
    if (!make_fibers(unit, unit->num_rows) || !make_frames(unit, unit->num_rows) ||
        !make_unread(unit, unit->table))
        return false;
    place_rows(unit, items, width);
    unit->prepared.items = items;
    unit->prepared.sample = sample;
    return true;
}

void vgpu_traced_group_run(struct vgpu_traced_unit *unit, struct vgpu_launch *launch,
                           const struct vgpu_group *group, size_t index,
                           void *const args[])
{
    const struct vgpu_traced_code *const traced = launch->watched->traced;
    const size_t items =
        group->local_size[0] * group->local_size[1] * group->local_size[2];
    const bool is_counted = vgpu_profile_counts(launch, index);
    struct vgpu_traced_counts *counts = NULL;

    unit->launch = launch;
    unit->group = group;
    unit->args = args;
    unit->local.first = (uintptr_t)group->local_memory;
    if (!prepare(unit, is_whole(launch, group) ? traced : traced->cut, items) ||
        (is_counted && !(counts = find_counts(unit, traced->kernel)))) {
        fail(unit, unit->num_rows);
        return;
    }
    find_stacks(unit, unit->num_rows);
    for (unsigned i = 0; i < unit->num_rows; i++)
        start_row(unit, i, counts);
    if (counts)
        counts->groups++;
    unit->check = launch->watched->checked ? begin_checks(unit, unit->num_rows) : NULL;
    if (!vgpu_guard_call(unit->guard, run_guarded, unit))
        end_faulted(unit, unit->num_rows);
    if (unit->check)
        vgpu_traced_checker()->group_end(unit->check);
}
