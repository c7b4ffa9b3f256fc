/* SPDX-License-Identifier: MIT */
/* Launches that one compute unit has alone: when, and that nothing with atomics runs
 * beside them. */
#include "vgpu_test.h"

#include "futex.h"
#include "run_launch.h"

#include <pthread.h>
#include <sched.h>

/* ---- the choice */

static void note_both(struct vgpu_pace *pace, uint64_t together, uint64_t alone)
{
    for (unsigned i = 0; i < 8; i++) {
        const bool is_alone = vgpu_pace_choose_alone(pace, 10, 2);

        vgpu_pace_note(pace, is_alone, 10, is_alone ? alone : together);
    }
}

/* Of so many launches, how many are alone. */
static unsigned count_alone(struct vgpu_pace *pace, unsigned launches)
{
    unsigned count = 0;

    for (unsigned i = 0; i < launches; i++)
        count += vgpu_pace_choose_alone(pace, 10, 2);
    return count;
}

VGPU_UNIT_TEST(pace, tries_both_ways_and_takes_the_faster_one)
{
    struct vgpu_pace slow = {0}, fast = {0};

    EXPECT_TRUE(!vgpu_pace_choose_alone(&slow, 10, 2));
    note_both(&slow, 1000, 1900);
    EXPECT_TRUE(count_alone(&slow, 20) == 0);
    note_both(&fast, 1900, 1000);
    EXPECT_TRUE(count_alone(&fast, 20) == 20);
}

VGPU_UNIT_TEST(pace, tries_the_other_way_anew_now_and_then)
{
    struct vgpu_pace pace = {0}, much_worse = {0};

    note_both(&pace, 1000, 1900);
    EXPECT_EQ(2u, count_alone(&pace, 128));
    note_both(&much_worse, 1000, 1000000);
    EXPECT_EQ(0u, count_alone(&much_worse, 128));
}

VGPU_UNIT_TEST(pace, never_tries_what_may_take_long)
{
    struct vgpu_pace pace = {0};

    vgpu_pace_note(&pace, false, 10, 1000000000);
    EXPECT_EQ(0u, count_alone(&pace, 10));
    vgpu_pace_note(&pace, false, 1, UINT64_MAX);
    EXPECT_EQ(0u, count_alone(&pace, 10));
}

/* ---- launches */

/* What groups of the launches share. */
struct shared {
    atomic_uint together, alone; /* groups that ran so */
    atomic_uint stage;           /* futex word: see below */
    atomic_uint under_way;       /* groups of launches that have atomics */
    atomic_uint wrong;
    unsigned plain; /* counted without atomics where a unit is alone */
};

static struct shared *shared_of(void *const args[])
{
    return *(struct shared *const *)args[0];
}

static void run_together(const struct vgpu_group *first, size_t count, void *const args[])
{
    struct shared *const shared = shared_of(args);

    (void)first;
    atomic_fetch_add(&shared->under_way, 1);
    atomic_fetch_add(&shared->together, (unsigned)count);
    __atomic_fetch_add(&shared->plain, (unsigned)count, __ATOMIC_RELAXED);
    atomic_fetch_sub(&shared->under_way, 1);
}

static void run_alone(const struct vgpu_group *first, size_t count, void *const args[])
{
    struct shared *const shared = shared_of(args);

    (void)first;
    if (atomic_fetch_add(&shared->under_way, 1) != 0)
        atomic_fetch_add(&shared->wrong, 1);
    atomic_fetch_add(&shared->alone, (unsigned)count);
    shared->plain += (unsigned)count;
    if (atomic_fetch_sub(&shared->under_way, 1) != 1)
        atomic_fetch_add(&shared->wrong, 1);
}

static void run_single(const struct vgpu_group *group, void *const args[])
{
    run_together(group, 1, args);
}

/* A launch of that many groups which may be alone. */
static void init_run(struct run *run, struct vgpu_pace *pace, void **args, size_t groups)
{
    run_init(run, NULL, (struct size3){groups, 1, 1}, (struct size3){1, 1, 1});
    run->launch.groups = run_together;
    run->launch.pace = pace;
    run->launch.has_atomics = true;
    run->launch.args = args;
    run->launch.num_args = 1;
}

/* So that the next launch is alone. */
static struct vgpu_pace pace_for_alone(vgpu_groups_fn *groups)
{
    struct vgpu_pace pace = {.groups = groups};

    note_both(&pace, 1900, 1000);
    return pace;
}

static void launch_some(struct vgpu_device *device, struct shared *shared,
                        unsigned launches)
{
    struct vgpu_pace pace = pace_for_alone(run_alone);
    void *args[] = {&shared};

    for (unsigned i = 0; i < launches; i++) {
        struct run run;

        init_run(&run, &pace, args, 100);
        EXPECT_EQ(0, run_one(&run, device));
    }
}

VGPU_UNIT_TEST(alone, one_unit_always_is)
{
    struct vgpu_device *const device = make_device("cu=1");
    struct shared shared = {0};

    ASSERT_TRUE(device != NULL);
    launch_some(device, &shared, 3);
    EXPECT_EQ(300u, atomic_load(&shared.alone));
    EXPECT_EQ(300u, shared.plain);
    drop_device(device);
}

VGPU_UNIT_TEST(alone, no_unit_is_where_devices_share_memory)
{
    struct vgpu_device *devices[VGPU_MAX_DEVICES];
    struct shared shared = {0};
    unsigned count;

    ASSERT_EQ(0, vgpu_devices_create("cu=1;cu=2", devices, &count));
    for (unsigned i = 0; i < count; i++) {
        launch_some(devices[i], &shared, 3);
        drop_device(devices[i]);
    }
    EXPECT_EQ(0u, atomic_load(&shared.alone));
    EXPECT_EQ(600u, atomic_load(&shared.together));
}

/* Stages of a launch that is alone, with others beside it. */
enum { BEGUN = 1, SEEN_OTHERS, MAY_END };

static void await(atomic_uint *word, unsigned value)
{
    unsigned seen;

    while ((seen = atomic_load(word)) < value)
        vgpu_futex_wait(word, seen);
}

static void reach(atomic_uint *word, unsigned value)
{
    atomic_store(word, value);
    vgpu_futex_wake_all(word);
}

static void run_alone_for_long(const struct vgpu_group *first, size_t count,
                               void *const args[])
{
    struct shared *const shared = shared_of(args);

    reach(&shared->stage, BEGUN);
    await(&shared->stage, MAY_END);
    for (unsigned i = 0; i < 100; i++)
        sched_yield(); /* time for a mistake */
    run_alone(first, count, args);
}

static void run_harmless(const struct vgpu_group *group, void *const args[])
{
    (void)group;
    reach(&shared_of(args)->stage, SEEN_OTHERS);
}

/* Launches without atomics run beside it, the others wait for its end. */
VGPU_UNIT_TEST(alone, a_launch_keeps_others_with_atomics_waiting)
{
    struct vgpu_device *const device = make_device("cu=3");
    unsigned times = 0;

    ASSERT_TRUE(device != NULL);
    for (unsigned round = 0; round < 200; round++) {
        struct vgpu_pace pace = pace_for_alone(run_alone_for_long);
        struct shared shared = {0}, *pointer = &shared;
        void *args[] = {&pointer};
        struct run alone, harmless, others[3];

        init_run(&alone, &pace, args, 50);
        run_submit(&alone, device);
        run_init(&harmless, run_harmless, (struct size3){1, 1, 1},
                 (struct size3){1, 1, 1});
        harmless.launch.args = args;
        harmless.launch.num_args = 1;
        for (unsigned i = 0; i < 3; i++)
            init_run(&others[i], NULL, args, i == 1 ? 1 : 60);
        others[2].launch.groups = NULL;
        others[2].launch.function = run_single;
        /* where another unit was about to be handed something, it was not alone */
        while (atomic_load(&shared.stage) < BEGUN && atomic_load(&alone.completed) == 0)
            sched_yield();
        if (atomic_load(&shared.stage) == BEGUN) {
            times++;
            run_submit(&harmless, device);
            await(&shared.stage, SEEN_OTHERS);
        }
        for (unsigned i = 0; i < 3; i++)
            run_submit(&others[i], device);
        reach(&shared.stage, MAY_END);
        run_wait(&alone);
        for (unsigned i = 0; i < 3; i++)
            run_wait(&others[i]);
        if (atomic_load(&shared.alone))
            run_wait(&harmless);
        EXPECT_EQ(0u, atomic_load(&shared.wrong));
        EXPECT_EQ(171u, shared.plain);
    }
    EXPECT_TRUE(times > 0);
    drop_device(device);
}

struct submitter {
    struct vgpu_device *device;
    struct vgpu_pace *pace;
    void **args;
};

enum { SUBMITS = 2100 }; /* a multiple of 3 */

/* Launches of many groups and of one, which go from hand to hand. */
static void *submit_many(void *context)
{
    const struct submitter *const submitter = context;

    for (unsigned i = 0; i < SUBMITS; i++) {
        struct run run;

        init_run(&run, i % 3 ? submitter->pace : NULL, submitter->args,
                 i % 3 == 1 ? 20 : 1);
        run_one(&run, submitter->device);
    }
    return NULL;
}

VGPU_UNIT_TEST(alone, counts_need_no_atomics_whoever_submits)
{
    struct vgpu_device *const device = make_device("cu=3");
    struct vgpu_pace pace = pace_for_alone(run_alone);
    struct shared shared = {0}, *pointer = &shared;
    void *args[] = {&pointer};
    struct submitter submitter = {device, &pace, args};
    pthread_t threads[3];

    ASSERT_TRUE(device != NULL);
    for (unsigned i = 0; i < 3; i++)
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, submit_many, &submitter));
    for (unsigned i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQ(0u, atomic_load(&shared.wrong));
    EXPECT_EQ(atomic_load(&shared.alone) + atomic_load(&shared.together), shared.plain);
    EXPECT_EQ(3u * (SUBMITS / 3 * 22), shared.plain);
    drop_device(device);
}
