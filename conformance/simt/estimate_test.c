/* SPDX-License-Identifier: MIT */
/* Estimated device time: what the formulas say of kernels whose figures theory knows. */
#include "observe/estimate.h"

#include "observe/traced_kernel.h"
#include "profile/key.h"
#include "profile/shipped.h"
#include "vgpu_test.h"

#include <string.h>

#define ITEMS  1048576u
#define GROUP  64u
#define GROUPS (ITEMS / GROUP)

/* 2 units of 8 lanes at 1 GHz, sub-groups of 8, 10 bytes and 100 cycles to memory. */
static struct vgpu_device_spec teaching(void)
{
    struct vgpu_device_spec spec = {.global_memory = 1 << 30};

    vgpu_shipped_apply(vgpu_shipped_find("teaching", 8), &spec);
    return spec;
}

/* One launch of so many groups of 64, all of them counted. */
static struct vgpu_estimate_work launch(uint64_t groups)
{
    return (struct vgpu_estimate_work){.launches = 1,
                                       .groups = groups,
                                       .sub_groups = groups * (GROUP / 8),
                                       .counted_groups = groups,
                                       .width = 8,
                                       .group_items = GROUP,
                                       .buffer_bytes = UINT64_C(1) << 30};
}

static struct vgpu_estimate of(const struct vgpu_estimate_work *work)
{
    const struct vgpu_device_spec spec = teaching();
    struct vgpu_estimate estimate = {.bound = VGPU_BOUNDS};

    EXPECT_TRUE(vgpu_estimate_of(&spec, work, &estimate));
    EXPECT_TRUE(estimate.total.low_ns <= estimate.total.ns);
    EXPECT_TRUE(estimate.total.ns <= estimate.total.high_ns);
    for (unsigned i = 0; i < VGPU_BOUNDS; i++) {
        EXPECT_TRUE(estimate.terms[i].low_ns <= estimate.terms[i].ns);
        EXPECT_TRUE(estimate.terms[i].ns <= estimate.terms[i].high_ns);
        EXPECT_TRUE(estimate.terms[i].ns <= estimate.total.ns);
    }
    return estimate;
}

/* y[i] = a * x[i] + y[i]: a multiplication and addition, three addresses and accesses. */
static struct vgpu_estimate_work saxpy(void)
{
    struct vgpu_estimate_work work = launch(GROUPS);

    work.instructions[VGPU_WORK_fma] = work.sub_groups;
    work.instructions[VGPU_WORK_address] = 3 * work.sub_groups;
    work.instructions[VGPU_WORK_access] = 3 * work.sub_groups;
    work.read_sectors = 2 * ITEMS * sizeof(float) / VGPU_SECTOR_BYTES;
    work.write_sectors = ITEMS * sizeof(float) / VGPU_SECTOR_BYTES;
    work.requests = 2 * work.sub_groups;
    work.steps = work.sub_groups;
    work.buffer_bytes = 2 * ITEMS * sizeof(float);
    return work;
}

VGPU_UNIT_TEST(estimate, of_saxpy_is_its_bytes_at_the_bandwidth)
{
    const struct vgpu_estimate_work work = saxpy();
    const struct vgpu_estimate estimate = of(&work);

    EXPECT_EQ(VGPU_BOUND_memory, estimate.bound);
    EXPECT_NEAR(3 * ITEMS * sizeof(float) / 10.0, estimate.total.ns, 1e-6);
    EXPECT_NEAR(estimate.total.ns, estimate.total.low_ns, 1e-6); /* no cache helps */
    /* 7 instructions of each sub-group of 8, on 2 * 8 lanes. */
    EXPECT_NEAR(7.0 * ITEMS / 16, estimate.terms[VGPU_BOUND_arithmetic].ns, 1e-6);
    /* 4 groups at a time on each unit, each of which waits once. */
    EXPECT_NEAR(100.0 * GROUPS / 2 / 4, estimate.terms[VGPU_BOUND_latency].ns, 1e-6);
    EXPECT_FALSE(estimate.is_cached);
}

VGPU_UNIT_TEST(estimate, of_pure_arithmetic_is_its_operations_at_the_peak)
{
    struct vgpu_estimate_work work = launch(GROUPS);
    struct vgpu_estimate estimate;

    work.instructions[VGPU_WORK_float] = 1000 * work.sub_groups;
    estimate = of(&work);
    EXPECT_EQ(VGPU_BOUND_arithmetic, estimate.bound);
    EXPECT_NEAR(1000.0 * ITEMS / (2 * 8), estimate.total.ns, 1e-3);
    EXPECT_NEAR(estimate.total.ns, estimate.total.low_ns, 1e-3);
    EXPECT_NEAR(estimate.total.ns, estimate.total.high_ns, 1e-3);
}

VGPU_UNIT_TEST(estimate, of_a_divergent_branch_is_both_its_arms)
{
    struct vgpu_estimate_work straight = launch(GROUPS), divergent;

    straight.instructions[VGPU_WORK_float] = 100 * straight.sub_groups;
    divergent = straight;
    divergent.instructions[VGPU_WORK_float] *= 2; /* each arm is issued */
    EXPECT_NEAR(2 * of(&straight).total.ns, of(&divergent).total.ns, 1e-3);
}

/* One work-item that follows a list. */
VGPU_UNIT_TEST(estimate, of_a_pointer_chase_is_the_latency_of_each_step)
{
    struct vgpu_estimate_work work = launch(1);
    struct vgpu_estimate estimate;

    work.sub_groups = work.group_items = 1;
    work.requests = work.steps = 5000;
    work.read_sectors = 5000;
    work.instructions[VGPU_WORK_access] = 5000;
    estimate = of(&work);
    EXPECT_EQ(VGPU_BOUND_latency, estimate.bound);
    EXPECT_NEAR(5000.0 * 100, estimate.total.ns, 1e-6);
    EXPECT_NEAR(5000.0 * 32 / 10, estimate.terms[VGPU_BOUND_memory].ns, 1e-6);
}

/* Little: as many requests are under way as there are sub-groups, on each unit. */
VGPU_UNIT_TEST(estimate, of_latency_shrinks_as_sub_groups_hide_it)
{
    struct vgpu_estimate_work few = launch(8), many;

    few.requests = few.steps = 100 * few.sub_groups;
    many = few;
    few.local_bytes = 32768; /* a group at a time on each unit */
    EXPECT_NEAR(4 * 100 * 100, of(&few).terms[VGPU_BOUND_latency].ns, 1e-6);
    EXPECT_NEAR(1 * 100 * 100, of(&many).terms[VGPU_BOUND_latency].ns, 1e-6);
}

/* 1024 x 1024 floats: rows are read; columns are written, a sector for each work-item, or
 * rows by way of local memory, a bank conflict for each of 8 in one bank or none. */
static struct vgpu_estimate_work transpose(bool is_tiled, unsigned conflicts)
{
    struct vgpu_estimate_work work = launch(GROUPS);

    work.read_sectors = work.sub_groups;
    work.write_sectors = is_tiled ? work.sub_groups : 8 * work.sub_groups;
    work.turns = (is_tiled ? conflicts - 1 : 7) * work.sub_groups;
    work.requests = work.steps = work.sub_groups;
    work.buffer_bytes = 2 * ITEMS * sizeof(float);
    return work;
}

VGPU_UNIT_TEST(estimate, of_a_transpose_is_of_its_sectors)
{
    const struct vgpu_estimate_work naive = transpose(false, 1),
                                    tiled = transpose(true, 1),
                                    clashing = transpose(true, 8);

    EXPECT_NEAR((1 + 8) * 32 * (ITEMS / 8) / 10.0, of(&naive).total.ns, 1e-6);
    EXPECT_NEAR((1 + 1) * 32 * (ITEMS / 8) / 10.0, of(&tiled).total.ns, 1e-6);
    EXPECT_EQ(VGPU_BOUND_memory, of(&naive).bound);
    /* 7 turns of each of the sub-groups, half of them on each unit. */
    EXPECT_NEAR(7.0 * (ITEMS / 8) / 2, of(&clashing).terms[VGPU_BOUND_arithmetic].ns,
                1e-6);
    EXPECT_NEAR(0, of(&tiled).terms[VGPU_BOUND_arithmetic].ns, 1e-6);
    /* A cache for all would bring the written sectors together. */
    EXPECT_NEAR((4 + 8) * ITEMS / 10.0, of(&naive).terms[VGPU_BOUND_memory].low_ns, 1e-6);
}

VGPU_UNIT_TEST(estimate, of_strides_grows_with_the_sectors)
{
    for (unsigned stride = 1; stride <= 8; stride *= 2) {
        struct vgpu_estimate_work work = launch(GROUPS);

        work.read_sectors = stride * work.sub_groups;
        EXPECT_NEAR(stride * 32.0 * (ITEMS / 8) / 10, of(&work).total.ns, 1e-6);
    }
}

VGPU_UNIT_TEST(estimate, takes_what_fits_into_the_cache_to_be_moved_once)
{
    struct vgpu_estimate_work work = launch(GROUPS);
    struct vgpu_estimate estimate;

    work.read_sectors = 1000 * work.sub_groups;
    work.buffer_bytes = 65536;
    estimate = of(&work);
    EXPECT_TRUE(estimate.is_cached);
    EXPECT_NEAR(65536 / 10.0, estimate.terms[VGPU_BOUND_memory].ns, 1e-6);
    EXPECT_NEAR(32000.0 * (ITEMS / 8) / 10, estimate.terms[VGPU_BOUND_memory].high_ns,
                1e-3);
    work.buffer_bytes = 65537;
    EXPECT_FALSE(of(&work).is_cached);
    EXPECT_NEAR(65537 / 10.0, of(&work).terms[VGPU_BOUND_memory].low_ns, 1e-6);
    work.buffer_bytes = 0; /* not known */
    EXPECT_FALSE(of(&work).is_cached);
    EXPECT_NEAR(0, of(&work).terms[VGPU_BOUND_memory].low_ns, 1e-6);
}

VGPU_UNIT_TEST(estimate, lets_atomics_that_meet_take_turns)
{
    struct vgpu_estimate_work apart = launch(GROUPS), together;

    apart.atomics = (struct vgpu_atomic_sums){.requests = apart.sub_groups,
                                              .operations = 8 * apart.sub_groups,
                                              .contention = apart.sub_groups};
    together = apart;
    together.atomics.contention = 8 * together.sub_groups;
    together.turns = 7 * together.sub_groups;
    EXPECT_NEAR(8 * 32.0 * (ITEMS / 8) / 10, of(&apart).terms[VGPU_BOUND_memory].ns,
                1e-6);
    EXPECT_NEAR(32.0 * (ITEMS / 8) / 10, of(&together).terms[VGPU_BOUND_memory].ns, 1e-6);
    EXPECT_NEAR(7.0 * (ITEMS / 8) / 2, of(&together).terms[VGPU_BOUND_arithmetic].ns,
                1e-6);
}

VGPU_UNIT_TEST(estimate, of_a_sample_is_scaled_and_says_so)
{
    struct vgpu_estimate_work work = saxpy();
    const double whole = of(&work).total.ns;

    EXPECT_FALSE(of(&work).is_sampled);
    work.counted_groups /= 16;
    work.read_sectors /= 16;
    work.write_sectors /= 16;
    work.requests /= 16;
    work.steps /= 16;
    for (unsigned i = 0; i < VGPU_TRACED_WORKS; i++)
        work.instructions[i] /= 16;
    EXPECT_NEAR(whole, of(&work).total.ns, 1e-6);
    EXPECT_TRUE(of(&work).is_sampled);
}

VGPU_UNIT_TEST(estimate, leaves_units_idle_that_no_group_is_left_for)
{
    struct vgpu_estimate_work one = launch(1), two = launch(2), three = launch(3);

    one.instructions[VGPU_WORK_float] = 1000 * one.sub_groups;
    two.instructions[VGPU_WORK_float] = 1000 * two.sub_groups;
    three.instructions[VGPU_WORK_float] = 1000 * three.sub_groups;
    EXPECT_NEAR(8000, of(&one).total.ns, 1e-6);
    EXPECT_NEAR(8000, of(&two).total.ns, 1e-6);
    EXPECT_NEAR(16000, of(&three).total.ns, 1e-6);
    EXPECT_NEAR(12000, of(&three).total.low_ns, 1e-6);
}

VGPU_UNIT_TEST(estimate, needs_something_that_was_counted)
{
    const struct vgpu_device_spec spec = teaching();
    struct vgpu_estimate_work work = launch(4);
    struct vgpu_estimate estimate = {.total.ns = 7};

    work.counted_groups = 0;
    EXPECT_FALSE(vgpu_estimate_of(&spec, &work, &estimate));
    work = (struct vgpu_estimate_work){.counted_groups = 1};
    EXPECT_FALSE(vgpu_estimate_of(&spec, &work, &estimate));
    EXPECT_NEAR(7, estimate.total.ns, 0);
}

/* A row of a linear congruence. */
static uint64_t next(uint64_t *state, uint64_t most)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % (most + 1);
}

static struct vgpu_estimate_work any_work(uint64_t *seed)
{
    struct vgpu_estimate_work work = launch(1 + next(seed, 300));

    work.launches = 1 + next(seed, work.groups - 1);
    work.local_bytes = next(seed, 32768);
    work.read_sectors = next(seed, 100000);
    work.write_sectors = next(seed, 100000);
    work.requests = next(seed, 20000);
    work.steps = next(seed, work.requests);
    work.turns = next(seed, 100000);
    work.buffer_bytes = next(seed, 1 << 20);
    work.atomics.requests = next(seed, 1000);
    work.atomics.operations = work.atomics.requests * (1 + next(seed, 7));
    work.atomics.contention = work.atomics.requests +
                              next(seed, work.atomics.operations - work.atomics.requests);
    for (unsigned i = 0; i < VGPU_TRACED_WORKS; i++)
        work.instructions[i] = next(seed, 10000);
    return work;
}

static void expect_not_slower(const char *key, const struct vgpu_estimate_work *work,
                              const struct vgpu_device_spec *slow,
                              const struct vgpu_device_spec *fast)
{
    const double little = 1 + 1e-12;
    struct vgpu_estimate before, after;

    ASSERT_TRUE(vgpu_estimate_of(slow, work, &before));
    ASSERT_TRUE(vgpu_estimate_of(fast, work, &after));
    if (after.total.ns > before.total.ns * little ||
        after.total.low_ns > before.total.low_ns * little ||
        after.total.high_ns > before.total.high_ns * little)
        VGPU_FAIL("a better %s: from %g (%g to %g) to %g (%g to %g) ns", key,
                  before.total.ns, before.total.low_ns, before.total.high_ns,
                  after.total.ns, after.total.low_ns, after.total.high_ns);
}

VGPU_UNIT_TEST(estimate, never_takes_longer_on_a_better_device)
{
    static const char *const keys[] = {"bandwidth",       "cu",
                                       "lanes",           "clock",
                                       "cache",           "unit_local",
                                       "unit_sub_groups", "unit_work_groups",
                                       "latency",         "unit_work_items"};
    uint64_t seed = 1;

    for (unsigned i = 0; i < 4000; i++) {
        const struct vgpu_estimate_work work = any_work(&seed);
        const char *const name = keys[i % (sizeof keys / sizeof *keys)];
        const struct vgpu_key *const key = vgpu_key_find(name, strlen(name));
        struct vgpu_device_spec spec = teaching(), better;
        uint64_t value;

        ASSERT_TRUE(key);
        value = vgpu_key_get(key, &spec);
        if (strcmp(name, "cu") == 0)
            vgpu_key_set(key, &spec, value = 1 + next(&seed, 8));
        better = spec;
        vgpu_key_set(key, &better,
                     strcmp(name, "latency") == 0 ? next(&seed, value)
                                                  : value + next(&seed, 3 * value));
        expect_not_slower(name, &work, &spec, &better);
    }
}

VGPU_UNIT_TEST(estimate, is_none_of_this_machine)
{
    struct vgpu_device_spec spec = teaching();

    EXPECT_TRUE(vgpu_estimate_applies(&spec));
    vgpu_shipped_apply(vgpu_shipped_find("native", 6), &spec);
    EXPECT_FALSE(vgpu_estimate_applies(&spec));
}

/* Two loads in one block wait together; a local one, and a constant, for nobody. */
VGPU_UNIT_TEST(estimate, takes_the_requests_of_a_block_to_be_under_way_together)
{
    struct vgpu_traced_block blocks[2] = {{.work = {[VGPU_WORK_float] = 3}},
                                          {.work = {[VGPU_WORK_float] = 5}}};
    struct vgpu_traced_site sites[] = {
        {.block = 0, .kind = VGPU_TRACED_LOAD, .space = VGPU_TRACED_GLOBAL},
        {.block = 0, .kind = VGPU_TRACED_LOAD, .space = VGPU_TRACED_GLOBAL},
        {.block = 0, .kind = VGPU_TRACED_LOAD, .space = VGPU_TRACED_CONSTANT},
        {.block = 1, .kind = VGPU_TRACED_LOAD, .space = VGPU_TRACED_LOCAL},
        {.block = 1, .kind = VGPU_TRACED_STORE, .space = VGPU_TRACED_GLOBAL},
        {.block = 1, .kind = VGPU_TRACED_ATOMIC, .space = VGPU_TRACED_LOCAL},
        {.block = 1, .kind = VGPU_TRACED_ATOMIC, .space = VGPU_TRACED_GLOBAL},
    };
    struct vgpu_traced_table table = {
        .num_blocks = 2, .num_sites = 7, .blocks = blocks, .sites = sites};
    struct vgpu_traced_count entered[2] = {{.issues = 10}, {.issues = 20}};
    struct vgpu_site_counts site_counts[] = {
        {.memory = {.requests = 10, .sectors = 40, .lines = 10}},
        {.memory = {.requests = 10, .sectors = 80, .lines = 30}},
        {.memory = {.requests = 10, .sectors = 10, .lines = 10}},
        {.local = {.requests = 20, .cycles = 60}},
        {.memory = {.requests = 20, .sectors = 80, .lines = 20}},
        {.atomics = {.requests = 20, .operations = 100, .contention = 25}},
        {.atomics = {.requests = 20, .operations = 100, .contention = 50}},
    };
    const struct vgpu_traced_counts counts = {
        .blocks = entered, .sites = site_counts, .groups = 2};
    struct vgpu_estimate_work work = {.launches = 1};

    vgpu_estimate_add(&work, &table, &counts);
    EXPECT_EQ(2, work.counted_groups);
    EXPECT_EQ(3 * 10 + 5 * 20, work.instructions[VGPU_WORK_float]);
    EXPECT_EQ(40 + 80 + 10, work.read_sectors);
    EXPECT_EQ(80, work.write_sectors);
    EXPECT_EQ(10 + 10 + 20, work.requests);
    EXPECT_EQ(10 + 20, work.steps);
    EXPECT_EQ((30 - 10) + (60 - 20) + (25 - 20) + (50 - 20), work.turns);
    EXPECT_EQ(20, work.atomics.requests);
    EXPECT_EQ(100, work.atomics.operations);
}

VGPU_UNIT_TEST(estimate, is_of_devices_of_one_kind)
{
    struct vgpu_traced_block block = {.post_dominator = VGPU_TRACED_END};
    const struct vgpu_traced_table table = {.num_blocks = 1, .blocks = &block};
    struct vgpu_device_spec spec = teaching();
    const struct vgpu_traced_description description = {
        .name = "of a kind", .table = &table, .spec = &spec, .width = 8};
    const struct vgpu_traced_kernel *const kernel = vgpu_traced_kernel_get(&description);

    ASSERT_TRUE(kernel);
    strcpy(spec.name, "another name");
    EXPECT_TRUE(vgpu_traced_kernel_get(&description) == kernel);
    spec.bandwidth *= 2;
    EXPECT_TRUE(vgpu_traced_kernel_get(&description) != kernel);
}
