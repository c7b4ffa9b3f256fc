/* SPDX-License-Identifier: MIT */
/* VGPU_BREAK on a device: where a debugger stops in a work-item. */
#ifndef VGPU_OBSERVE_BREAK_H
#define VGPU_OBSERVE_BREAK_H

#include "device.h"

/* What a debugger finds when it stops. Its layout is known to tools/gdb/vgpu_gdb.py. */
struct vgpu_break_arrival {
    const struct vgpu_item *item; /* that is about to begin */
    uintptr_t function;           /* what runs it, or its work-group, next */
    const char *kernel;
    uint64_t line;           /* at which to stop; 0: where it begins */
    uint64_t is_whole_group; /* items of this group cannot be told apart */
};

/* vgpu_break_here - called on a compute unit's thread before a work-item of VGPU_BREAK
 * begins, for debuggers to stop at. Does nothing. */
void vgpu_break_here(const struct vgpu_break_arrival *arrival);

/* vgpu_break_left - the same when such an item has ended, where it is run by itself. */
void vgpu_break_left(const struct vgpu_item *item);

/* vgpu_break_check - of a launch that is enqueued: a work-item of VGPU_BREAK that its
 * NDRange does not have is told of, once. */
void vgpu_break_check(const struct vgpu_launch *launch);

/* vgpu_break_is_in - whether a work-item of VGPU_BREAK for that launch is in the group.
 */
bool vgpu_break_is_in(const struct vgpu_launch *launch, const struct vgpu_group *group);

/* vgpu_break_meet_group - the group is run as one by `function`: calls vgpu_break_here
 * for each work-item of VGPU_BREAK in it. */
void vgpu_break_meet_group(const struct vgpu_launch *launch,
                           const struct vgpu_group *group, uintptr_t function);

/* vgpu_break_meet_item - the same for an item that is run by itself. Whether it is one of
 * VGPU_BREAK. */
bool vgpu_break_meet_item(const struct vgpu_launch *launch, const struct vgpu_item *item,
                          vgpu_item_fn *function);

#endif
