/* SPDX-License-Identifier: MIT */
/* The work-group sizes that are chosen where the application leaves them open. */
#include "command/local_size.h"
#include "vgpu_test.h"

static size_t items(const size_t local_size[3])
{
    return local_size[0] * local_size[1] * local_size[2];
}

VGPU_UNIT_TEST(vgpu_local_size_choose, stays_within_the_limits_for_every_shape)
{
    static const size_t sizes[] = {1,   2,    3,    7,    64,   97,
                                   100, 1000, 1024, 1025, 4096, 1000003};
    enum { COUNT = sizeof sizes / sizeof *sizes };

    for (int i = 0; i < COUNT * COUNT * COUNT; i++) {
        const size_t global[3] = {sizes[i % COUNT], sizes[i / COUNT % COUNT],
                                  sizes[i / COUNT / COUNT]};
        size_t local[3];

        vgpu_local_size_choose(global, 1024, 2, i % 2, local);
        for (int d = 0; d < 3; d++) {
            ASSERT_GE(local[d], 1);
            ASSERT_LE(local[d], global[d]);
            if (i % 2)
                ASSERT_EQ(0, global[d] % local[d]);
        }
        ASSERT_LE(items(local), 1024);
    }
}

VGPU_UNIT_TEST(vgpu_local_size_choose, makes_long_rows)
{
    const size_t global[3] = {1 << 20, 1, 1};
    size_t local[3];

    vgpu_local_size_choose(global, 1024, 2, false, local);
    EXPECT_EQ(1024, local[0]);
}

VGPU_UNIT_TEST(vgpu_local_size_choose, leaves_groups_enough_for_the_units)
{
    const size_t global[3] = {4096, 1, 1};
    size_t local[3];

    vgpu_local_size_choose(global, 1024, 16, false, local);
    EXPECT_EQ(64, local[0]); /* 64 groups, 4 for each unit */
}

VGPU_UNIT_TEST(vgpu_local_size_choose, does_not_fall_to_single_items_for_a_prime)
{
    const size_t global[3] = {1000003, 1, 1};
    size_t local[3];

    vgpu_local_size_choose(global, 1024, 2, false, local);
    EXPECT_EQ(1024, local[0]);
    vgpu_local_size_choose(global, 1024, 2, true, local);
    EXPECT_EQ(1, local[0]);
}

VGPU_UNIT_TEST(vgpu_local_size_choose, extends_short_rows_over_the_next_dimension)
{
    const size_t global[3] = {16, 4096, 1};
    size_t local[3];

    vgpu_local_size_choose(global, 1024, 2, false, local);
    EXPECT_EQ(16, local[0]);
    EXPECT_EQ(64, local[1]);
}

VGPU_UNIT_TEST(vgpu_local_size_choose_rows, stays_within_the_limits_for_every_shape)
{
    static const size_t sizes[] = {1,   2,    3,    7,    16,   64,     97,
                                   100, 1000, 1024, 1025, 4096, 1000003};
    enum { COUNT = sizeof sizes / sizeof *sizes };

    for (int i = 0; i < COUNT * COUNT * COUNT; i++) {
        const size_t global[3] = {sizes[i % COUNT], sizes[i / COUNT % COUNT],
                                  sizes[i / COUNT / COUNT]};
        size_t local[3];

        vgpu_local_size_choose_rows(global, 1024, 2, i % 2, local);
        for (int d = 0; d < 3; d++) {
            ASSERT_GE(local[d], 1);
            ASSERT_LE(local[d], global[d]);
            if (i % 2 || d > 0)
                ASSERT_EQ(0, global[d] % local[d]);
        }
        ASSERT_LE(items(local), 256);
    }
}

VGPU_UNIT_TEST(vgpu_local_size_choose_rows, takes_few_sizes_for_many_global_ones)
{
    bool seen[257] = {false};
    unsigned count = 0;

    for (size_t size = 1000; size < 100000; size++) {
        const size_t global[3] = {size, 1, 1};
        size_t local[3];

        vgpu_local_size_choose_rows(global, 1024, 2, false, local);
        ASSERT_EQ(0, local[0] % 16);
        ASSERT_GE(local[0], 64);
        count += !seen[local[0]];
        seen[local[0]] = true;
    }
    EXPECT_LE(count, 3);
}

VGPU_UNIT_TEST(vgpu_local_size_choose_rows, leaves_groups_enough_for_the_units)
{
    const size_t global[3] = {4096, 1, 1}, image[3] = {1920, 1080, 1};
    size_t local[3];

    vgpu_local_size_choose_rows(global, 1024, 16, false, local);
    EXPECT_EQ(64, local[0]);
    vgpu_local_size_choose_rows(image, 1024, 2, false, local);
    EXPECT_EQ(128, local[0]);
    EXPECT_EQ(2, local[1]);
}
