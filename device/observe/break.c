/* SPDX-License-Identifier: MIT */
/* VGPU_BREAK on a device: where a debugger stops in a work-item. */
#include "observe/break.h"

#include "break_point.h"
#include "export.h"
#include "message.h"

#include <stdio.h>
#include <string.h>

VGPU_EXPORT __attribute__((noinline)) void vgpu_break_here(
    const struct vgpu_break_arrival *arrival)
{
    /* Not nothing, or calls of it would be left out. */
    __asm__ volatile("" ::"r"(arrival) : "memory");
}

VGPU_EXPORT __attribute__((noinline)) void vgpu_break_left(const struct vgpu_item *item)
{
    __asm__ volatile("" ::"r"(item) : "memory");
}

static void tell_without_debugger(struct vgpu_break_point *point)
{
    if (vgpu_is_debugged() || atomic_exchange(&point->is_told, true))
        return;
    vgpu_message("VGPU_BREAK: work-item %s is reached, but no debugger is there to stop "
                 "in it, so the program goes on; run `vgpu break %s PROGRAM`, or run it "
                 "under gdb and set a breakpoint at vgpu_break_here",
                 point->text, point->text);
}

static void arrive(struct vgpu_break_point *point, const struct vgpu_item *item,
                   uintptr_t function, bool is_whole_group)
{
    const struct vgpu_break_arrival arrival = {.item = item,
                                               .function = function,
                                               .kernel = point->kernel,
                                               .line = point->line,
                                               .is_whole_group = is_whole_group};

    tell_without_debugger(point);
    vgpu_break_here(&arrival);
}

static bool is_of(const struct vgpu_break_point *point, const struct vgpu_launch *launch)
{
    return launch->name && strcmp(point->kernel, launch->name) == 0;
}

static bool is_in_group(const struct vgpu_break_point *point,
                        const struct vgpu_group *group)
{
    for (unsigned d = 0; d < 3; d++) {
        /* an id before the group's first runs round, and is too large */
        if (point->global_id[d] - group->first_global_id[d] >= group->local_size[d])
            return false;
    }
    return true;
}

bool vgpu_break_is_in(const struct vgpu_launch *launch, const struct vgpu_group *group)
{
    size_t count;
    const struct vgpu_break_point *points = vgpu_break_points(&count);

    for (size_t i = 0; i < count; i++)
        if (is_of(&points[i], launch) && is_in_group(&points[i], group))
            return true;
    return false;
}

void vgpu_break_meet_group(const struct vgpu_launch *launch,
                           const struct vgpu_group *group, uintptr_t function)
{
    size_t count;
    struct vgpu_break_point *points = vgpu_break_points(&count);

    for (size_t i = 0; i < count; i++) {
        struct vgpu_item item = {.group = group};

        if (!is_of(&points[i], launch) || !is_in_group(&points[i], group))
            continue;
        for (unsigned d = 0; d < 3; d++) {
            item.global_id[d] = points[i].global_id[d];
            item.local_id[d] = item.global_id[d] - group->first_global_id[d];
        }
        arrive(&points[i], &item, function, true);
    }
}

bool vgpu_break_meet_item(const struct vgpu_launch *launch, const struct vgpu_item *item,
                          vgpu_item_fn *function)
{
    size_t count;
    struct vgpu_break_point *points = vgpu_break_points(&count);
    bool is_met = false;

    for (size_t i = 0; i < count; i++) {
        if (!is_of(&points[i], launch) ||
            memcmp(points[i].global_id, item->global_id, sizeof item->global_id) != 0)
            continue;
        arrive(&points[i], item, (uintptr_t)function, false);
        is_met = true;
    }
    return is_met;
}

static bool has_item(const struct vgpu_launch *launch,
                     const struct vgpu_break_point *point)
{
    for (unsigned d = 0; d < 3; d++)
        if (point->global_id[d] - launch->global_offset[d] >= launch->global_size[d])
            return false;
    return true;
}

static void tell_of_range(struct vgpu_break_point *point,
                          const struct vgpu_launch *launch)
{
    char last[80];
    int length = 0;

    if (atomic_exchange(&point->is_told, true))
        return;
    for (uint32_t d = 0; d < launch->work_dim && d < 3; d++)
        length += snprintf(last + length, sizeof last - (size_t)length, "%s%zu",
                           d > 0 ? "," : "",
                           launch->global_offset[d] + launch->global_size[d] - 1);
    vgpu_message("VGPU_BREAK: a launch of kernel '%s' has no work-item %s; its last one "
                 "is %s:%s",
                 point->kernel, point->text, point->kernel, last);
}

void vgpu_break_check(const struct vgpu_launch *launch)
{
    size_t count;
    struct vgpu_break_point *points = vgpu_break_points(&count);

    if (!launch->name)
        return;
    vgpu_break_note_launch(launch->name);
    for (size_t i = 0; i < count; i++)
        if (is_of(&points[i], launch) && !has_item(launch, &points[i]))
            tell_of_range(&points[i], launch);
}
