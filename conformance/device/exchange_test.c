/* SPDX-License-Identifier: MIT */
/* Items on fibers that exchange values within their sub-groups. */
#include "vgpu_test.h"

#include "run_launch.h"

#include <errno.h>
#include <string.h>

static vgpu_item_fn *item_function; /* of the launch that runs */
static unsigned width;              /* its sub-groups */
static atomic_uint wrong;

static void run_items(const struct vgpu_group *group, void *const args[])
{
    vgpu_items_run(group, args, item_function);
}

static const unsigned widths[] = {8, 16, 32};
#define NUM_WIDTHS (sizeof widths / sizeof *widths)

static int run_exchanging(struct vgpu_device *device, vgpu_item_fn *item,
                          struct size3 global, struct size3 local, struct run *run)
{
    item_function = item;
    atomic_store(&wrong, 0);
    run_init(run, run_items, global, local);
    return run_one(run, device);
}

static unsigned linear_id(const struct vgpu_item *item)
{
    const size_t *size = item->group->local_size;

    return (unsigned)((item->local_id[2] * size[1] + item->local_id[1]) * size[0] +
                      item->local_id[0]);
}

static unsigned lane_of(const struct vgpu_item *item)
{
    return linear_id(item) % width;
}

/* A bit for each item of the item's sub-group. */
static uint64_t all_of(const struct vgpu_item *item)
{
    const size_t *size = item->group->local_size;
    const unsigned first = linear_id(item) - lane_of(item);
    const size_t rest = size[0] * size[1] * size[2] - first;

    return (UINT64_C(1) << (rest < width ? rest : width)) - 1;
}

static void expect(bool is_right)
{
    if (!is_right)
        atomic_fetch_add(&wrong, 1);
}

/* Who came; each has brought its number in the group, times `factor`. */
static uint64_t meet(const struct vgpu_item *item, unsigned place, unsigned factor)
{
    const unsigned first = linear_id(item) - lane_of(item);
    const unsigned own = linear_id(item) * factor;
    unsigned values[VGPU_MAX_SUB_GROUP_SIZE];
    uint64_t who;

    memset(values, 0xff, sizeof values);
    who = vgpu_item_exchange(item, width, place, &own, values, sizeof own);
    for (unsigned k = 0; k < width; k++)
        expect(values[k] == (who >> k & 1 ? (first + k) * factor : UINT32_MAX));
    return who;
}

static void bring_all(const struct vgpu_item *item, void *const args[])
{
    (void)args;
    for (unsigned round = 1; round < 4; round++)
        expect(meet(item, round, round) == all_of(item));
    expect(vgpu_item_exchange(item, width, 4, NULL, NULL, 0) == all_of(item));
}

VGPU_UNIT_TEST(exchange, gives_all_of_a_sub_group_what_each_has_brought)
{
    static const struct size3 sizes[] = {{1, 1, 1},  {7, 1, 1}, {16, 1, 1}, {63, 1, 1},
                                         {64, 1, 1}, {7, 5, 3}, {1, 1, 33}, {1024, 1, 1}};
    struct vgpu_device *device = make_device("cu=2");
    struct run run;

    ASSERT_TRUE(device != NULL);
    for (size_t i = 0; i < NUM_WIDTHS * (sizeof sizes / sizeof *sizes); i++) {
        const struct size3 local = sizes[i / NUM_WIDTHS];
        const struct size3 global = {local.x * 3, local.y, local.z};

        width = widths[i % NUM_WIDTHS];
        EXPECT_EQ(0, run_exchanging(device, bring_all, global, local, &run));
        EXPECT_EQ(0, atomic_load(&wrong));
    }
    drop_device(device);
}

/* Some go round more often than others; behind the loop all meet again. */
static void leave_a_loop(const struct vgpu_item *item, void *const args[])
{
    const unsigned rounds = lane_of(item) % 4 + 1;

    (void)args;
    for (unsigned round = 0; round < rounds; round++) {
        uint64_t right = 0;

        for (unsigned k = 0; k < width; k++)
            right |= (uint64_t)(k % 4 >= round) << k;
        expect(meet(item, 1, round) == (right & all_of(item)));
    }
    expect(meet(item, 2, 3) == all_of(item));
}

VGPU_UNIT_TEST(exchange, lets_those_go_first_who_are_behind)
{
    const struct size3 global = {100, 1, 1}, local = {50, 1, 1};
    struct vgpu_device *device = make_device("cu=1");
    struct run run;

    ASSERT_TRUE(device != NULL);
    for (size_t i = 0; i < NUM_WIDTHS; i++) {
        width = widths[i];
        EXPECT_EQ(0, run_exchanging(device, leave_a_loop, global, local, &run));
        EXPECT_EQ(0, atomic_load(&wrong));
    }
    drop_device(device);
}

/* Each sub-group its number of times, and barriers of the group between. */
static void go_apart(const struct vgpu_item *item, void *const args[])
{
    const unsigned sub_group = linear_id(item) / width;

    (void)args;
    for (unsigned line = 7; line < 10; line++) {
        for (unsigned k = sub_group; k < 4; k++)
            expect(meet(item, 5, k + 1) == all_of(item));
        vgpu_item_barrier(item, 0, line);
        vgpu_item_barrier(item, 0, line + 10);
    }
}

VGPU_UNIT_TEST(exchange, leaves_other_sub_groups_and_barriers_alone)
{
    const struct size3 global = {210, 1, 1}, local = {70, 1, 1};
    struct vgpu_device *device = make_device("cu=1");
    struct run run;

    ASSERT_TRUE(device != NULL);
    for (size_t i = 0; i < NUM_WIDTHS; i++) {
        width = widths[i];
        EXPECT_EQ(0, run_exchanging(device, go_apart, global, local, &run));
        EXPECT_STREQ("", run.text);
        EXPECT_EQ(0, atomic_load(&wrong));
    }
    drop_device(device);
}

static void end_early(const struct vgpu_item *item, void *const args[])
{
    (void)args;
    if (lane_of(item) % 3 == 0)
        return;
    expect(meet(item, 1, 2) == (all_of(item) & UINT64_C(0xb6db6db6)));
}

static void end_before_a_barrier(const struct vgpu_item *item, void *const args[])
{
    (void)args;
    meet(item, 1, 2);
    if (lane_of(item) == 3)
        return;
    vgpu_item_barrier(item, 0, 40);
}

VGPU_UNIT_TEST(exchange, does_not_wait_for_items_that_have_ended)
{
    const struct size3 global = {96, 1, 1}, local = {48, 1, 1};
    struct vgpu_device *device = make_device("cu=1");
    struct run run;

    ASSERT_TRUE(device != NULL);
    for (size_t i = 0; i < NUM_WIDTHS; i++) {
        width = widths[i];
        EXPECT_EQ(0, run_exchanging(device, end_early, global, local, &run));
        EXPECT_EQ(0, atomic_load(&wrong));
    }
    width = 16;
    EXPECT_EQ(-EDEADLK, run_exchanging(device, end_before_a_barrier, local, local, &run));
    EXPECT_CONTAINS(run.text, "only 45 of 48 work-items arrived at the barrier at line "
                              "40; 3 ended without reaching it");
    EXPECT_EQ(0, run_exchanging(device, bring_all, global, local, &run));
    EXPECT_EQ(0, atomic_load(&wrong));
    drop_device(device);
}

/* With more work-items than there are in any sub-group. */
static void ask_too_much(const struct vgpu_item *item, void *const args[])
{
    static const unsigned wrong_sizes[] = {0, VGPU_MAX_SUB_GROUP_SIZE + 1, ~0u};

    (void)args;
    for (size_t i = 0; i < sizeof wrong_sizes / sizeof *wrong_sizes; i++)
        expect(vgpu_item_exchange(item, wrong_sizes[i], 0, NULL, NULL, 0) == 0);
}

VGPU_UNIT_TEST(exchange, does_nothing_with_sub_groups_of_no_size)
{
    const struct size3 size = {48, 1, 1};
    struct vgpu_device *device = make_device("cu=1");
    struct run run;

    ASSERT_TRUE(device != NULL);
    EXPECT_EQ(0, run_exchanging(device, ask_too_much, size, size, &run));
    EXPECT_EQ(0, atomic_load(&wrong));
    drop_device(device);
}

VGPU_UNIT_TEST(exchange, does_nothing_outside_of_a_kernel)
{
    struct vgpu_item item = {0};
    char value = 1, values[VGPU_MAX_SUB_GROUP_SIZE] = {0};

    EXPECT_EQ(0, vgpu_item_exchange(&item, 16, 0, &value, values, 1));
    EXPECT_EQ(0, vgpu_item_exchange(NULL, 16, 0, NULL, NULL, 0));
    EXPECT_EQ(0, values[0]);
}
