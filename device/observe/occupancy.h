/* SPDX-License-Identifier: MIT */
/* Occupancy: how many sub-groups of a kernel a compute unit of a GPU could hold at once,
 * of those that it has room for. */
#ifndef VGPU_OCCUPANCY_H
#define VGPU_OCCUPANCY_H

#include "profile/spec.h"

#include <stdint.h>

/* What a compute unit can hold. */
struct vgpu_occupancy_limits {
    uint32_t sub_groups, work_groups, work_items;
    uint64_t local_bytes, private_bytes;
};

/* What a group of a kernel takes of it. */
struct vgpu_occupancy_needs {
    uint64_t items, local_bytes;
    uint64_t private_bytes;  /* of each item */
    uint32_t sub_group_size; /* items */
};

struct vgpu_occupancy {
    double fraction;     /* 0 to 1 */
    uint32_t sub_groups; /* that it holds */
    const char *limit;   /* what runs out first */
};

/* vgpu_occupancy_limits_of - as the device's profile has them. */
struct vgpu_occupancy_limits vgpu_occupancy_limits_of(
    const struct vgpu_device_spec *spec);

/* vgpu_occupancy_of - private memory for which a unit's registers do not do lies in
 * global memory, on GPUs: a group always finds room. */
struct vgpu_occupancy vgpu_occupancy_of(const struct vgpu_occupancy_limits *limits,
                                        const struct vgpu_occupancy_needs *needs);

#endif
