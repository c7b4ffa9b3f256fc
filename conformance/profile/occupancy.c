/* SPDX-License-Identifier: MIT */
/* Occupancy, as a profile's compute unit has room. */
#include "vgpu_test.h"

#include "observe/occupancy.h"
#include "profile/shipped.h"

#include <string.h>

static struct vgpu_occupancy of(const char *profile, struct vgpu_occupancy_needs needs)
{
    struct vgpu_device_spec spec = {.global_memory = 1 << 30};
    struct vgpu_occupancy_limits limits;

    vgpu_shipped_apply(vgpu_shipped_find(profile, strlen(profile)), &spec);
    limits = vgpu_occupancy_limits_of(&spec);
    return vgpu_occupancy_of(&limits, &needs);
}

static void expect(const char *profile, struct vgpu_occupancy_needs needs,
                   unsigned sub_groups, double fraction, const char *limit)
{
    const struct vgpu_occupancy occupancy = of(profile, needs);

    EXPECT_EQ(sub_groups, occupancy.sub_groups);
    EXPECT_NEAR(fraction, occupancy.fraction, 1e-9);
    EXPECT_STREQ(limit, occupancy.limit);
}

VGPU_UNIT_TEST(occupancy, is_as_the_profile_has_room)
{
    /* items, local bytes, private bytes of an item, sub-group */
    expect("native", (struct vgpu_occupancy_needs){256, 0, 0, 32}, 64, 1, "sub-groups");
    expect("native", (struct vgpu_occupancy_needs){256, 16384, 0, 32}, 32, 0.5,
           "local memory");
    expect("native", (struct vgpu_occupancy_needs){32, 0, 0, 32}, 32, 0.5, "work-groups");
    expect("native", (struct vgpu_occupancy_needs){256, 0, 256, 32}, 32, 0.5,
           "private memory");
    expect("teaching", (struct vgpu_occupancy_needs){64, 0, 0, 8}, 32, 1, "sub-groups");
    expect("teaching", (struct vgpu_occupancy_needs){64, 16384, 0, 8}, 16, 0.5,
           "local memory");
    expect("datacenter", (struct vgpu_occupancy_needs){1024, 81920, 0, 32}, 64, 1,
           "local memory");
    expect("datacenter", (struct vgpu_occupancy_needs){1024, 81921, 0, 32}, 32, 0.5,
           "local memory");
}

VGPU_UNIT_TEST(occupancy, has_room_for_a_group_whatever_its_private_memory)
{
    expect("native", (struct vgpu_occupancy_needs){256, 0, 1 << 20, 32}, 8, 0.125,
           "private memory");
    expect("native", (struct vgpu_occupancy_needs){256, 0, UINT64_MAX, 32}, 8, 0.125,
           "private memory");
    expect("native", (struct vgpu_occupancy_needs){0, 0, 0, 32}, 0, 0, "work-groups");
}
