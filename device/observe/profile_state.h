/* SPDX-License-Identifier: MIT */
/* What the profile keeps besides the kernels' counts: for profile.c, which fills it, and
 * profile_json.c, which tells it. */
#ifndef VGPU_PROFILE_STATE_H
#define VGPU_PROFILE_STATE_H

#include "device_link.h"

#include <pthread.h>

/* Work-items of launches, in groups and sub-groups. */
struct vgpu_launch_sums {
    uint64_t launches, groups, sub_groups, work_items;
    uint64_t most_local_bytes, largest_group; /* of one launch: bytes, work-items */
    struct vgpu_device_spec spec;             /* of the first launch's device */
    uint64_t buffer_bytes;                    /* that launches had as arguments */
    bool is_unbuffered;                       /* those of some launches are not known */
};

/* A kernel that ran without a traced build. */
struct vgpu_untraced_kernel {
    struct vgpu_untraced_kernel *next;
    struct vgpu_launch_sums sums;
    const char *why; /* it has none, or NULL: nobody said */
    char name[];
};

struct vgpu_profiled_device {
    struct vgpu_device_spec spec;
    const struct vgpu_device *device; /* NULL: it was destroyed */
    struct vgpu_link_totals link;     /* by then */
};

struct vgpu_profile_state {
    pthread_mutex_t lock; /* guards all below, and the sums of traced kernels */
    struct vgpu_profiled_device *devices;
    unsigned num_devices;
    struct vgpu_untraced_kernel *untraced;
};

extern struct vgpu_profile_state vgpu_profile_state;

#endif
