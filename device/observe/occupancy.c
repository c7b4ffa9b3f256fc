/* SPDX-License-Identifier: MIT */
/* Occupancy: how many sub-groups of a kernel a compute unit of a GPU could hold. */
#include "occupancy.h"

const struct vgpu_occupancy_limits vgpu_occupancy_limits = {
    .sub_groups = 64, .work_groups = 32, .work_items = 2048, .local_bytes = 65536};

struct vgpu_occupancy vgpu_occupancy_of(const struct vgpu_occupancy_limits *limits,
                                        uint64_t group_items, uint64_t local_bytes,
                                        uint32_t width)
{
    const uint64_t group_sub_groups = (group_items + width - 1) / width;
    const struct {
        uint64_t room, each;
        const char *name;
    } resources[] = {
        {limits->local_bytes, local_bytes, "local memory"},
        {limits->work_groups, 1, "work-groups"},
        {limits->sub_groups, group_sub_groups, "sub-groups"},
        {limits->work_items, group_items, "work-items"},
    };
    struct vgpu_occupancy occupancy = {.limit = "work-items"};
    uint64_t groups = UINT64_MAX;

    for (unsigned i = 0; i < sizeof resources / sizeof *resources; i++) {
        const uint64_t each = resources[i].each;

        if (each == 0 || resources[i].room / each >= groups)
            continue;
        groups = resources[i].room / each;
        occupancy.limit = resources[i].name;
    }
    if (group_sub_groups == 0 || groups == UINT64_MAX)
        return occupancy;
    occupancy.sub_groups = (uint32_t)(groups * group_sub_groups);
    occupancy.fraction = (double)occupancy.sub_groups / limits->sub_groups;
    return occupancy;
}
