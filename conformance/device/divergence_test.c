/* SPDX-License-Identifier: MIT */
/* Barriers that not all items reach: reported, ended, and forgotten by the next launch.
 */
#include "vgpu_test.h"

#include "fiber.h"
#include "run_launch.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* How the items of a group go apart. */
static void some_end(const struct vgpu_item *item, void *const args[])
{
    (void)args;
    if (item->local_id[0] < 5)
        vgpu_item_barrier(item, 0, 40);
}

static void first_ends(const struct vgpu_item *item, void *const args[])
{
    (void)args;
    if (item->local_id[0] > 0)
        vgpu_item_barrier(item, 0, 40);
}

static void two_lines(const struct vgpu_item *item, void *const args[])
{
    (void)args;
    if (item->local_id[0] % 4 == 3)
        vgpu_item_barrier(item, 0, 50);
    else
        vgpu_item_barrier(item, 0, 40);
}

static void three_ways(const struct vgpu_item *item, void *const args[])
{
    (void)args;
    if (item->local_id[0] < 6)
        vgpu_item_barrier(item, 0, 40 + (unsigned)item->local_id[0] / 2);
}

static void one_more_round(const struct vgpu_item *item, void *const args[])
{
    (void)args;
    for (size_t i = 0; i < 3 + (item->local_id[0] == 7 ? 1u : 0u); i++)
        vgpu_item_barrier(item, 0, 40);
}

static vgpu_item_fn *item_function;

static void run_items(const struct vgpu_group *group, void *const args[])
{
    vgpu_items_run(group, args, item_function);
}

static void init_diverging(struct run *run, vgpu_item_fn *item, size_t groups)
{
    item_function = item;
    run_init(run, run_items, (struct size3){groups * 16, 1, 1}, (struct size3){16, 1, 1});
}

static void expect_report(struct vgpu_device *device, vgpu_item_fn *item,
                          const char *words)
{
    struct run run;

    init_diverging(&run, item, 1);
    EXPECT_EQ(-EDEADLK, run_one(&run, device));
    EXPECT_EQ(1, atomic_load(&run.reported));
    EXPECT_EQ(1, atomic_load(&run.completed));
    EXPECT_CONTAINS(run.text, "kernel \"probe\", work-group (0, 0, 0): ");
    EXPECT_CONTAINS(run.text, words);
}

VGPU_UNIT_TEST(divergence, is_reported_with_how_many_arrived_where)
{
    struct vgpu_device *device = make_device("cu=2");

    ASSERT_TRUE(device != NULL);
    expect_report(device, some_end,
                  "5 of 16 work-items arrived at the barrier at line 40; 11 ended");
    expect_report(device, first_ends,
                  "15 of 16 work-items arrived at the barrier at line 40; 1 ended");
    expect_report(
        device, two_lines,
        "12 of 16 work-items arrived at the barrier at line 40; 4 wait at line 50");
    expect_report(
        device, three_ways,
        "2 of 16 work-items arrived at the barrier at line 40; 10 ended without "
        "reaching it; 4 wait at line 41 and other lines");
    expect_report(device, one_more_round,
                  "1 of 16 work-items arrived at the barrier at line 40; 15 ended");
    drop_device(device);
}

VGPU_UNIT_TEST(divergence, ends_a_launch_of_many_groups_with_one_report)
{
    struct vgpu_device *device = make_device("cu=3");

    ASSERT_TRUE(device != NULL);
    for (unsigned round = 0; round < 20; round++) {
        struct run run;
        init_diverging(&run, some_end, 5000);
        EXPECT_EQ(-EDEADLK, run_one(&run, device));
        EXPECT_EQ(1, atomic_load(&run.reported));
        EXPECT_EQ(1, atomic_load(&run.completed));
    }
    drop_device(device);
}

static void meet_twice(const struct vgpu_item *item, void *const args[])
{
    vgpu_item_barrier(item, 0, 40);
    vgpu_item_barrier(item, 0, 41);
    atomic_fetch_add(*(atomic_uint *const *)args[0], 1);
}

VGPU_UNIT_TEST(divergence, does_not_touch_the_launches_after_it)
{
    struct vgpu_device *device = make_device("cu=1");

    ASSERT_TRUE(device != NULL);
    for (unsigned round = 0; round < 10; round++) {
        atomic_uint count = 0, *pointer = &count;
        void *args[] = {&pointer};
        struct run run;
        expect_report(device, round % 2 ? some_end : two_lines, "arrived");
        init_diverging(&run, meet_twice, 30);
        run.launch.args = args;
        run.launch.num_args = 1;
        EXPECT_EQ(0, run_one(&run, device));
        EXPECT_EQ(480, atomic_load(&count));
    }
    drop_device(device);
}

VGPU_UNIT_TEST(divergence, without_a_reporter_still_ends_the_launch)
{
    struct vgpu_device *device = make_device("cu=1");
    struct run run;

    ASSERT_TRUE(device != NULL);
    init_diverging(&run, some_end, 4);
    run.launch.report = NULL;
    run.launch.name = NULL;
    EXPECT_EQ(-EDEADLK, run_one(&run, device));
    drop_device(device);
}

/* The system itself says whether a byte can be read, without a fault. */
static bool readable(int pipe_end, const char *address)
{
    return write(pipe_end, address, 1) == 1;
}

VGPU_UNIT_TEST(guard, lies_below_every_stack)
{
    struct vgpu_fiber_stacks stacks = {0};
    int ends[2];

    ASSERT_EQ(0, pipe(ends));
    ASSERT_EQ(0, vgpu_fiber_stacks_grow(&stacks, 8, 3));
    EXPECT_EQ(3, stacks.ready);
    for (unsigned i = 0; i < 3; i++) {
        char *stack = stacks.base + i * stacks.stride;
        memset(stack + stacks.guard, 1, stacks.stride - stacks.guard);
        EXPECT_GE(stacks.stride - stacks.guard - 4096, 65536);
        EXPECT_FALSE(readable(ends[1], stack));
        EXPECT_FALSE(readable(ends[1], stack + stacks.guard - 1));
        EXPECT_TRUE(readable(ends[1], stack + stacks.guard));
    }
    ASSERT_EQ(0, vgpu_fiber_stacks_grow(&stacks, 8, 8));
    EXPECT_EQ(1, stacks.base[stacks.guard]);
    EXPECT_EQ(-ENOMEM, vgpu_fiber_stacks_grow(&stacks, 8, 9));
    EXPECT_EQ(8, stacks.ready);
    vgpu_fiber_stacks_fini(&stacks);
    close(ends[0]);
    close(ends[1]);
}
