/* SPDX-License-Identifier: MIT */
/* Occupancy: how many sub-groups of a kernel a compute unit of a GPU could hold. */
#include "occupancy.h"

struct vgpu_occupancy_limits vgpu_occupancy_limits_of(const struct vgpu_device_spec *spec)
{
    return (struct vgpu_occupancy_limits){.sub_groups = spec->unit_sub_groups,
                                          .work_groups = spec->unit_work_groups,
                                          .work_items = spec->unit_work_items,
                                          .local_bytes = spec->unit_local_memory,
                                          .private_bytes = spec->unit_private_memory};
}

/* Of private memory no more than there is. */
static uint64_t private_bytes_of(const struct vgpu_occupancy_limits *limits,
                                 const struct vgpu_occupancy_needs *needs)
{
    const uint64_t most = limits->private_bytes;

    return needs->items > 0 && needs->private_bytes > most / needs->items
               ? most
               : needs->items * needs->private_bytes;
}

struct vgpu_occupancy vgpu_occupancy_of(const struct vgpu_occupancy_limits *limits,
                                        const struct vgpu_occupancy_needs *needs)
{
    const uint64_t width = needs->sub_group_size;
    const uint64_t group_sub_groups = (needs->items + width - 1) / width;
    const struct {
        uint64_t room, each;
        const char *name;
    } resources[] = {
        {limits->local_bytes, needs->local_bytes, "local memory"},
        {limits->private_bytes, private_bytes_of(limits, needs), "private memory"},
        {limits->work_groups, 1, "work-groups"},
        {limits->sub_groups, group_sub_groups, "sub-groups"},
        {limits->work_items, needs->items, "work-items"},
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
