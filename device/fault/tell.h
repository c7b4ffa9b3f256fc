/* SPDX-License-Identifier: MIT */
/* What went wrong in a kernel, in words. */
#ifndef VGPU_FAULT_TELL_H
#define VGPU_FAULT_TELL_H

#include "device.h"
#include "fault/guard.h"

/* Where a fault happened, as far as it is known. */
struct vgpu_fault_place {
    struct vgpu_launch *launch;
    const struct vgpu_group *group; /* the first that ran */
    size_t num_groups;              /* that ran side by side from there on */
    const struct vgpu_item *item;   /* the only one that ran; or NULL */
    uint32_t first_item, num_items; /* local linear ids that ran in lock step; 0, 0 */
    const struct vgpu_fiber_stacks *stacks; /* of items; or NULL */
};

/* vgpu_fault_fail - the launch fails, with a sentence or two: kernel, line, group, item;
 * what it did, and where. On the guard's thread, behind the guarded call. */
void vgpu_fault_fail(const struct vgpu_guard *guard,
                     const struct vgpu_fault_place *place);

#endif
