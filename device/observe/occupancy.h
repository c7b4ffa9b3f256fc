/* SPDX-License-Identifier: MIT */
/* Occupancy: how many sub-groups of a kernel a compute unit of a GPU could hold at once,
 * of those that it has room for. */
#ifndef VGPU_OCCUPANCY_H
#define VGPU_OCCUPANCY_H

#include <stdint.h>

/* What a compute unit can hold. */
struct vgpu_occupancy_limits {
    uint32_t sub_groups, work_groups, work_items;
    uint64_t local_bytes;
};

/* A GPU as textbooks have it. */
extern const struct vgpu_occupancy_limits vgpu_occupancy_limits;

struct vgpu_occupancy {
    double fraction;     /* 0 to 1 */
    uint32_t sub_groups; /* that it holds */
    const char *limit;   /* what runs out first */
};

/* vgpu_occupancy_of - of a kernel with groups of so many work-items and bytes of local
 * memory, and sub-groups of `width` items. */
struct vgpu_occupancy vgpu_occupancy_of(const struct vgpu_occupancy_limits *limits,
                                        uint64_t group_items, uint64_t local_bytes,
                                        uint32_t width);

#endif
