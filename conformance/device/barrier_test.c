/* SPDX-License-Identifier: MIT */
/* Barrier kernels: items on fibers, in phases, with the right ids and enough stack. */
#include "vgpu_test.h"

#include "run_launch.h"

#include <stdlib.h>
#include <string.h>

static vgpu_item_fn *item_function; /* of the launch that runs */

static void run_items(const struct vgpu_group *group, void *const args[])
{
    vgpu_items_run(group, args, item_function);
}

static int run_barrier_kernel(struct vgpu_device *device, vgpu_item_fn *item, void *arg,
                              struct size3 global, struct size3 local)
{
    void *args[] = {&arg};
    struct run run;
    int status;

    item_function = item;
    run_init(&run, run_items, global, local);
    run.launch.args = args;
    run.launch.num_args = 1;
    run.launch.global_offset[0] = 10;
    status = run_one(&run, device);
    EXPECT_STREQ("", run.text);
    return status;
}

static size_t local_index(const struct vgpu_item *item)
{
    const size_t *size = item->group->local_size;

    return (item->local_id[2] * size[1] + item->local_id[1]) * size[0] +
           item->local_id[0];
}

enum { ROUNDS = 5, MOST_ITEMS = 1024 };

/* Shared by the items of one group: how many have come how far. */
struct phases {
    atomic_uint arrived[ROUNDS];
    atomic_uint wrong;
    atomic_uint ids[MOST_ITEMS];
};

static void count_phases(const struct vgpu_item *item, void *const args[])
{
    struct phases *phases = *(struct phases *const *)args[0];
    const size_t *size = item->group->local_size;
    const unsigned count = (unsigned)(size[0] * size[1] * size[2]);

    for (int d = 0; d < 3; d++)
        if (item->global_id[d] != item->group->first_global_id[d] + item->local_id[d] ||
            item->local_id[d] >= size[d])
            atomic_fetch_add(&phases->wrong, 1);
    atomic_fetch_add(&phases->ids[local_index(item)], 1);
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (round > 0 && atomic_load(&phases->arrived[round - 1]) != count)
            atomic_fetch_add(&phases->wrong, 1);
        if (round + 1 < ROUNDS && atomic_load(&phases->arrived[round + 1]) != 0)
            atomic_fetch_add(&phases->wrong, 1);
        atomic_fetch_add(&phases->arrived[round], 1);
        vgpu_item_barrier(item, 0, 100 + round % 2);
    }
}

static void expect_phases(struct vgpu_device *device, struct size3 size)
{
    const unsigned count = (unsigned)(size.x * size.y * size.z);
    struct phases *phases = calloc(1, sizeof *phases);

    ASSERT_TRUE(phases != NULL);
    EXPECT_EQ(0, run_barrier_kernel(device, count_phases, phases, size, size));
    EXPECT_EQ(0, atomic_load(&phases->wrong));
    for (unsigned round = 0; round < ROUNDS; round++)
        EXPECT_EQ(count, atomic_load(&phases->arrived[round]));
    for (unsigned i = 0; i < MOST_ITEMS; i++)
        if (atomic_load(&phases->ids[i]) != (i < count ? 1u : 0u))
            VGPU_FAIL("item %u ran %u times", i, atomic_load(&phases->ids[i]));
    free(phases);
}

VGPU_UNIT_TEST(barrier, keeps_all_items_of_a_group_in_one_phase)
{
    static const struct size3 sizes[] = {
        {1, 1, 1},  {2, 1, 1},    {3, 1, 1},  {64, 1, 1},  {16, 16, 1}, {5, 3, 7},
        {1, 1, 33}, {1024, 1, 1}, {8, 8, 16}, {1, 512, 2}, {4, 1, 1}};
    struct vgpu_device *device = make_device("cu=2");

    ASSERT_TRUE(device != NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        expect_phases(device, sizes[i]);
    drop_device(device);
}

/* Reverses the items of each group through memory that they share. */
struct reversal {
    size_t global, local;
    unsigned *values;
};

static void reverse_group(const struct vgpu_item *item, void *const args[])
{
    struct reversal *work = *(struct reversal *const *)args[0];
    const size_t global = item->global_id[0] - item->group->global_offset[0];
    const size_t local = item->local_id[0], size = item->group->local_size[0];
    unsigned *part = item->group->local_memory;

    part[local] = work->values[global];
    vgpu_item_barrier(item, 0, 1);
    work->values[global] = part[size - 1 - local];
    vgpu_item_barrier(item, 0, 2);
}

VGPU_UNIT_TEST(barrier, orders_local_memory_in_many_groups_with_a_smaller_one_at_the_edge)
{
    enum { ITEMS = 10000, LOCAL = 96 };
    struct reversal work = {.global = ITEMS, .local = LOCAL};
    struct vgpu_device *device = make_device("cu=2");
    unsigned wrong = 0;

    work.values = malloc(ITEMS * sizeof *work.values);
    ASSERT_TRUE(device && work.values);
    for (unsigned i = 0; i < ITEMS; i++)
        work.values[i] = i;
    EXPECT_EQ(0, run_barrier_kernel(device, reverse_group, &work,
                                    (struct size3){ITEMS, 1, 1},
                                    (struct size3){LOCAL, 1, 1}));
    for (unsigned i = 0; i < ITEMS; i++) {
        const unsigned first = i / LOCAL * LOCAL;
        const unsigned size = ITEMS - first < LOCAL ? ITEMS - first : LOCAL;
        wrong += work.values[i] != first + size - 1 - (i - first) ? 1 : 0;
    }
    EXPECT_EQ(0, wrong);
    free(work.values);
    drop_device(device);
}

static void count_only(const struct vgpu_item *item, void *const args[])
{
    (void)item;
    atomic_fetch_add(*(atomic_uint *const *)args[0], 1);
}

VGPU_UNIT_TEST(barrier, need_not_be_met_by_any_item)
{
    struct vgpu_device *device = make_device("cu=1");
    atomic_uint count = 0;

    ASSERT_TRUE(device != NULL);
    EXPECT_EQ(0,
              run_barrier_kernel(device, count_only, &count, (struct size3){5000, 1, 1},
                                 (struct size3){256, 1, 1}));
    EXPECT_EQ(5000, atomic_load(&count));
    drop_device(device);
}

/* Floating-point state and locals must live through a switch. */
static void keep_values(const struct vgpu_item *item, void *const args[])
{
    const double seed = (double)item->local_id[0] + 0.25;
    double a = seed, b = seed * 2, c = seed * 3;
    size_t i = item->local_id[0], j = i * 3;

    for (int round = 0; round < 10; round++) {
        vgpu_item_barrier(item, 0, 7);
        a += seed;
        b += a;
        c -= b;
        i += 1;
        j += i;
    }
    if (a != seed * 11 || b != seed * 67 || c != seed * -292 ||
        i != item->local_id[0] + 10 || j != item->local_id[0] * 13 + 55)
        atomic_fetch_add(*(atomic_uint *const *)args[0], 1);
}

VGPU_UNIT_TEST(barrier, keeps_each_items_registers)
{
    struct vgpu_device *device = make_device("cu=1");
    atomic_uint wrong = 0;

    ASSERT_TRUE(device != NULL);
    EXPECT_EQ(0,
              run_barrier_kernel(device, keep_values, &wrong, (struct size3){512, 1, 1},
                                 (struct size3){128, 1, 1}));
    EXPECT_EQ(0, atomic_load(&wrong));
    drop_device(device);
}

enum { DEEP = 56 << 10 };

static void fill_stack(const struct vgpu_item *item, void *const args[])
{
    const unsigned char mark = (unsigned char)item->local_id[0];
    volatile unsigned char deep[DEEP];

    for (size_t i = 0; i < sizeof deep; i += 64)
        deep[i] = mark;
    vgpu_item_barrier(item, 0, 7);
    for (size_t i = 0; i < sizeof deep; i += 64)
        if (deep[i] != mark)
            atomic_fetch_add(*(atomic_uint *const *)args[0], 1);
    vgpu_item_barrier(item, 0, 9);
}

VGPU_UNIT_TEST(barrier, leaves_each_item_nearly_64_kib_of_stack)
{
    struct vgpu_device *device = make_device("cu=1");
    atomic_uint wrong = 0;

    ASSERT_TRUE(device != NULL);
    EXPECT_EQ(0, run_barrier_kernel(device, fill_stack, &wrong, (struct size3){512, 1, 1},
                                    (struct size3){256, 1, 1}));
    EXPECT_EQ(0, atomic_load(&wrong));
    drop_device(device);
}

VGPU_UNIT_TEST(barrier, outside_a_kernel_is_a_message_and_nothing_else)
{
    const struct vgpu_group group = {.local_size = {1, 1, 1}};
    const struct vgpu_item item = {.group = &group};
    atomic_uint count = 0, *pointer = &count;
    void *args[] = {&pointer};

    vgpu_test_stderr_start();
    vgpu_item_barrier(&item, 0, 1);
    vgpu_item_barrier(NULL, 0, 1);
    vgpu_items_run(&group, args, count_only);
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "outside a running barrier kernel");
    EXPECT_EQ(0, atomic_load(&count));
}
