/* SPDX-License-Identifier: MIT */
/* Launches whose groups run side by side: rows of whole groups, groups that the NDRange's
 * edge cuts, scratch. */
#include "vgpu_test.h"

#include "run_launch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Who ran each group, and how often; what went wrong on the way. */
struct tally {
    atomic_uchar *whole, *edge, *single; /* of groups(), edge_groups() and function() */
    const struct vgpu_launch *launch;
    atomic_size_t calls; /* of groups() */
    atomic_uint wrong;
};

static struct tally *tally_of(void *const args[])
{
    return *(struct tally *const *)args[0];
}

static size_t index_of(const struct vgpu_group *group)
{
    return (group->group_id[2] * group->num_groups[1] + group->group_id[1]) *
               group->num_groups[0] +
           group->group_id[0];
}

static bool is_whole(const struct vgpu_group *group)
{
    return memcmp(group->local_size, group->enqueued_local_size,
                  sizeof group->local_size) == 0;
}

static bool is_aligned(const void *pointer)
{
    return (uintptr_t)pointer % VGPU_BASE_ALIGN == 0;
}

static bool has_scratch(const struct vgpu_group *group, const struct tally *tally)
{
    const size_t bytes = tally->launch->scratch_bytes;

    if (bytes == 0)
        return true;
    if (!group->scratch || !is_aligned(group->scratch))
        return false;
    memset(group->scratch, 0x5a, bytes); /* a sanitizer's matter */
    return true;
}

static void note(struct tally *tally, atomic_uchar *counts,
                 const struct vgpu_group *group, size_t count, bool right)
{
    const size_t first = index_of(group);

    if (!right || !has_scratch(group, tally) ||
        group->group_id[0] + count > group->num_groups[0])
        atomic_fetch_add(&tally->wrong, 1);
    for (size_t i = 0; i < count; i++)
        atomic_fetch_add(&counts[first + i], 1);
}

static void run_whole(const struct vgpu_group *first, size_t count, void *const args[])
{
    struct tally *tally = tally_of(args);
    const size_t end = (first->group_id[0] + count) * first->local_size[0];

    atomic_fetch_add(&tally->calls, 1);
    note(tally, tally->whole, first, count,
         is_whole(first) && count > 0 && end <= first->global_size[0]);
}

static void run_edge(const struct vgpu_group *first, size_t count, void *const args[])
{
    struct tally *tally = tally_of(args);

    note(tally, tally->edge, first, count, !is_whole(first) && count == 1);
}

static void run_single(const struct vgpu_group *group, void *const args[])
{
    struct tally *tally = tally_of(args);

    note(tally, tally->single, group, 1, true);
}

static void run_any(const struct vgpu_group *first, size_t count, void *const args[])
{
    struct tally *tally = tally_of(args);

    note(tally, tally->whole, first, count, is_whole(first) || count == 1);
}

/* What the launch is made of: which of its functions there are. */
struct kind {
    vgpu_groups_fn *groups, *edge_groups;
    vgpu_group_fn *function;
};

static size_t groups_along(size_t global, size_t local)
{
    return (global + local - 1) / local;
}

/* Whether the group of that index is cut by an edge. */
static bool is_cut(const struct vgpu_launch *launch, size_t index)
{
    for (int d = 0; d < 3; d++) {
        const size_t along = groups_along(launch->global_size[d], launch->local_size[d]);
        const size_t id = index % along;

        if ((id + 1) * launch->local_size[d] > launch->global_size[d])
            return true;
        index /= along;
    }
    return false;
}

/* What is expected to run a group. */
static const atomic_uchar *runner_of(const struct tally *tally, const struct kind *kind,
                                     bool cut)
{
    if (cut)
        return kind->edge_groups ? tally->edge
               : kind->function  ? tally->single
                                 : tally->whole;
    return kind->groups ? tally->whole : tally->single;
}

static size_t expect_tallied(struct vgpu_device *device, struct kind kind,
                             struct size3 global, struct size3 local, size_t scratch)
{
    const size_t groups = groups_along(global.x, local.x) *
                          groups_along(global.y, local.y) *
                          groups_along(global.z, local.z);
    atomic_uchar *const counts = calloc(3, groups);
    struct tally tally = {.whole = counts,
                          .edge = counts + groups,
                          .single = counts + 2 * groups},
                 *pointer = &tally;
    void *args[] = {&pointer};
    size_t missed = 0, total = 0;
    struct run run;

    run_init(&run, kind.function, global, local);
    run.launch.groups = kind.groups;
    run.launch.edge_groups = kind.edge_groups;
    run.launch.scratch_bytes = scratch;
    run.launch.args = args;
    run.launch.num_args = 1;
    tally.launch = &run.launch;
    EXPECT_EQ(0, run_one(&run, device));
    EXPECT_EQ(0, atomic_load(&tally.wrong));
    for (size_t i = 0; i < groups; i++)
        missed += runner_of(&tally, &kind, is_cut(&run.launch, i))[i] != 1;
    for (size_t i = 0; i < 3 * groups; i++)
        total += counts[i];
    EXPECT_EQ(0, missed);
    EXPECT_EQ(groups, total);
    free(counts);
    return atomic_load(&tally.calls);
}

VGPU_UNIT_TEST(vgpu_launch, of_groups_side_by_side_runs_each_once)
{
    static const struct kind kinds[] = {
        {run_whole, run_edge, NULL},   {run_any, NULL, NULL},
        {run_whole, NULL, run_single}, {run_whole, run_edge, run_single},
        {NULL, run_edge, run_single},  {NULL, NULL, run_single},
    };
    static const struct {
        struct size3 global, local;
    } sizes[] = {
        {{1, 1, 1}, {1, 1, 1}},     {{100000, 1, 1}, {1, 1, 1}},
        {{1000, 1, 1}, {64, 1, 1}}, {{64, 64, 4}, {8, 8, 4}},
        {{65, 33, 5}, {8, 8, 2}},   {{7, 5, 3}, {8, 8, 8}},
        {{3, 1000, 2}, {4, 3, 1}},  {{64, 1, 1}, {64, 1, 1}},
    };
    struct vgpu_device *device = make_device("cu=3");

    ASSERT_TRUE(device != NULL);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            expect_tallied(device, kinds[k], sizes[i].global, sizes[i].local,
                           i % 2 ? 1000 * i + 1 : 0);
    drop_device(device);
}

/* A million groups of one item come in no more than a few dozen calls for each unit. */
VGPU_UNIT_TEST(vgpu_launch, of_tiny_groups_comes_in_long_rows)
{
    const struct kind kind = {run_whole, run_edge, NULL};
    const struct size3 global = {1u << 20, 1, 1}, local = {1, 1, 1};
    struct vgpu_device *device = make_device("cu=2");

    ASSERT_TRUE(device != NULL);
    EXPECT_LE(expect_tallied(device, kind, global, local, 0), 64);
    drop_device(device);
}

static void fail_first(const struct vgpu_group *first, size_t count, void *const args[])
{
    (void)first, (void)count;
    atomic_fetch_add(*(atomic_uint *const *)args[0], 1);
}

VGPU_UNIT_TEST(vgpu_launch, without_memory_for_its_scratch_fails)
{
    const struct size3 global = {1000, 1, 1}, local = {10, 1, 1};
    struct vgpu_device *device = make_device("cu=1");
    atomic_uint calls = 0, *pointer = &calls;
    void *args[] = {&pointer};
    struct run run;

    ASSERT_TRUE(device != NULL);
    run_init(&run, NULL, global, local);
    run.launch.groups = fail_first;
    run.launch.args = args;
    run.launch.num_args = 1;
    run.launch.scratch_bytes = SIZE_MAX; /* what no code asks for in earnest */
    EXPECT_EQ(-ENOMEM, run_one(&run, device));
    EXPECT_EQ(1, atomic_load(&run.reported));
    EXPECT_CONTAINS(run.text, "\"probe\"");
    EXPECT_CONTAINS(run.text, "private memory");
    EXPECT_EQ(0, atomic_load(&calls));
    drop_device(device);
}

static atomic_uint strange_items;

static void check_current(const struct vgpu_item *item, void *const args[])
{
    (void)args;
    if (vgpu_item_current() != item)
        atomic_fetch_add(&strange_items, 1);
    vgpu_item_barrier(item, 0, 1);
    if (vgpu_item_current() != item)
        atomic_fetch_add(&strange_items, 1);
}

static void run_on_fibers(const struct vgpu_group *group, void *const args[])
{
    if (vgpu_item_current())
        atomic_fetch_add(&strange_items, 1);
    vgpu_items_run(group, args, check_current);
}

VGPU_UNIT_TEST(vgpu_item_current, is_the_item_whose_fiber_runs)
{
    const struct size3 global = {60, 1, 1}, local = {20, 1, 1};
    struct vgpu_device *device = make_device("cu=1");
    struct run run;

    ASSERT_TRUE(device != NULL);
    EXPECT_TRUE(vgpu_item_current() == NULL);
    atomic_store(&strange_items, 0);
    run_init(&run, run_on_fibers, global, local);
    EXPECT_EQ(0, run_one(&run, device));
    EXPECT_EQ(0, atomic_load(&strange_items));
    drop_device(device);
}
