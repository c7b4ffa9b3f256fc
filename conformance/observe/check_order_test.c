/* SPDX-License-Identifier: MIT */
/* What comes before what, over many launches, groups and threads. */
#include "vgpu_test.h"

#include "check_calls.h"

#include <pthread.h>
#include <string.h>

#define COUNT 65536u
static int32_t data[COUNT], other[COUNT];

static void start(void)
{
    calls_start(VGPU_CHECK_race);
    calls_buffer(data, sizeof data, "data", true);
    calls_buffer(other, sizeof other, "other", true);
}

static void stop(unsigned races)
{
    EXPECT_EQ(races, vgpu_findings_count());
    calls_buffer_gone(data, sizeof data);
    calls_buffer_gone(other, sizeof other);
    calls_stop();
    vgpu_check_host_waited(); /* what other tests launch comes after all of it */
}

static void access(const struct vgpu_check_row *row, uint32_t site, uint32_t items,
                   const void *first, const void *object)
{
    vgpu_check_even((struct vgpu_check_row *)(uintptr_t)row, site, items,
                    (uintptr_t)first, 4, object);
}

static void plain_launch(struct calls *calls)
{
    *calls = (struct calls){.is_plain = true};
    calls_launch(calls, data, sizeof data, NULL, 0);
}

/* A group whose item 0 accesses the first place of data. */
static void access_in_group(struct calls *calls, size_t group, uint32_t site)
{
    calls_group(calls, group);
    access(calls->rows[0], site, 1, data, data);
    calls_group_end(calls);
}

/* ---- threads */

#define THREADS 20 /* more than a launch keeps memory of groups for */

static struct calls of_thread[THREADS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned turn; /* lock */

/* A group by each thread, in turn, and then by some of them one more, which comes before
 * those of the later ones in number, and so in segments. */
#define TURNS (THREADS + 5)

static void *run_in_turn(void *argument)
{
    struct calls *const calls = argument;
    const unsigned own = (unsigned)(calls - of_thread);

    for (unsigned mine = own; mine < TURNS; mine += THREADS) {
        pthread_mutex_lock(&lock);
        while (turn != mine)
            pthread_cond_wait(&changed, &lock);
        calls_group(calls, 100 * (own + 1) + mine / THREADS);
        access(calls->rows[0], SITE_LOCAL_STORE, ALL, calls->local, calls->local);
        calls_group_end(calls);
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    pthread_mutex_lock(&lock);
    while (turn != TURNS) /* threads that end leave what is theirs to others */
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return NULL;
}

VGPU_UNIT_TEST(check_order, local_memory_is_each_groups_own_whoever_ran_the_last_one)
{
    static struct calls calls;
    pthread_t threads[THREADS];

    start();
    plain_launch(&calls);
    calls_group(&calls, 0);
    calls_barrier(&calls, SITE_BARRIER_GLOBAL);
    calls_group_end(&calls);
    turn = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        of_thread[i] = calls;
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, run_in_turn, &of_thread[i]));
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    calls_launch_end(&calls);
    stop(0);
}

/* ---- segments */

/* What an item did is no part of what another one of its group releases, be that after
 * more segments than a group has at first. */
VGPU_UNIT_TEST(check_order,
               releases_tell_of_the_items_own_accesses_however_many_there_are)
{
    static const unsigned releases[] = {10, 5000};
    static struct calls calls;

    for (unsigned i = 0; i < 2; i++) {
        start();
        calls = (struct calls){.is_plain = false};
        calls_launch(&calls, data, sizeof data, other, sizeof other);
        calls_group(&calls, 0);
        access(calls.rows[0], SITE_RMW_RELEASE, 1, other + 9, other);
        calls_group_end(&calls);
        calls_group(&calls, 1);
        access(calls.rows[0], SITE_STORE, 1, data, data);
        for (unsigned k = 0; k < releases[i]; k++)
            access(calls.rows[1], SITE_RMW_RELEASE, 1, other, other);
        access(calls.rows[1], SITE_RMW_RELEASE, 1, other + 1, other);
        calls_group_end(&calls);
        calls_group(&calls, 2);
        access(calls.rows[0], SITE_GET_ACQUIRE, 1, other + 1, other);
        access(calls.rows[0], SITE_LOAD2, 1, data, data);
        calls_group_end(&calls);
        calls_launch_end(&calls);
        stop(1);
    }
}

/* A kernel of which each group takes a quarter of a million segments. */
static void use_many_segments(struct calls *calls)
{
    plain_launch(calls);
    calls_group(calls, 0);
    for (unsigned i = 0; i < 100000; i++)
        calls_barrier(calls, SITE_BARRIER_GLOBAL);
    calls_group_end(calls);
}

#define ROUND 6500u /* such groups come through all numbers there are */

VGPU_UNIT_TEST(check_order, segments_that_begin_anew_make_no_races)
{
    static struct calls calls;

    start();
    use_many_segments(&calls);
    for (size_t i = 0; i < 64; i++) {
        calls_group(&calls, i);
        access(calls.rows[0], SITE_STORE, ALL, data + 32 * i, data);
        calls_group_end(&calls);
    }
    calls_launch_end(&calls);
    for (unsigned launch = 0; launch < ROUND / 8; launch++) {
        vgpu_check_host_waited();
        plain_launch(&calls);
        for (size_t group = 0; group < 16; group++) {
            calls_group(&calls, 2 * group);
            for (size_t i = 0; i < 64; i++)
                access(calls.rows[0], SITE_LOAD, ALL, data + 32 * i, data);
            calls_group_end(&calls);
        }
        calls_launch_end(&calls);
    }
    stop(0);
}

/* Also in the midst of a launch, which began when numbers were high. */
VGPU_UNIT_TEST(check_order, races_are_found_after_segments_have_begun_anew)
{
    static struct calls calls;

    start();
    use_many_segments(&calls);
    for (size_t i = 0; i < ROUND; i++) {
        if (i == ROUND - 500) {
            calls_launch_end(&calls);
            vgpu_check_host_waited();
            plain_launch(&calls);
        }
        calls_group(&calls, 2 * i + 1);
        calls_group_end(&calls);
    }
    access_in_group(&calls, 700, SITE_STORE);
    access_in_group(&calls, 702, SITE_STORE2);
    calls_group(&calls, 704);
    access(calls.rows[0], SITE_STORE, 1, data + 9, data);
    access(calls.rows[1], SITE_STORE2, 1, data + 9, data);
    calls_group_end(&calls);
    calls_launch_end(&calls);
    stop(2);
}

/* ---- launches */

/* Its segments may come before those that an older one has not used. */
VGPU_UNIT_TEST(check_order, a_launch_comes_before_none_that_began_beside_it)
{
    static struct calls first, second, third;

    start();
    vgpu_check_order_new(&first.order, true);
    vgpu_check_order_new(&second.order, true);
    vgpu_check_order_new(&third.order, true);
    vgpu_check_order_after(&third.order, &first.order);
    first.is_plain = second.is_plain = third.is_plain = true;
    calls_launch(&first, data, sizeof data, NULL, 0);
    calls_group(&first, 0);
    calls_barrier(&first, SITE_BARRIER_GLOBAL);
    calls_launch(&second, data, sizeof data, NULL, 0);
    calls_group_end(&first);
    calls_launch_end(&first);
    calls_group(&second, 0);
    access(second.rows[0], SITE_STORE, 1, data, data);
    calls_launch(&third, data, sizeof data, NULL, 0);
    calls_group_end(&second);
    access_in_group(&third, 0, SITE_STORE2);
    calls_launch_end(&third);
    calls_launch_end(&second);
    stop(1);
}

/* A launch that begins early, and more behind it than are remembered. */
VGPU_UNIT_TEST(check_order, every_launch_is_looked_at)
{
    static struct calls early, many[2 * VGPU_CHECK_RECENT], calls;

    start();
    plain_launch(&early);
    access_in_group(&early, 0, SITE_LOAD);
    for (size_t i = 0; i < 2 * VGPU_CHECK_RECENT; i++)
        plain_launch(&many[i]); /* submitted, and not begun */
    for (size_t i = 0; i < 2 * VGPU_CHECK_RECENT; i++) {
        plain_launch(&calls);
        calls_group(&calls, 0);
        calls_group_end(&calls);
        calls_launch_end(&calls);
    }
    plain_launch(&calls);
    access_in_group(&calls, 0, SITE_STORE);
    access_in_group(&calls, 1, SITE_STORE2);
    calls_launch_end(&calls);
    for (size_t i = 0; i < 2 * VGPU_CHECK_RECENT; i++)
        calls_launch_end(&many[i]);
    calls_launch_end(&early);
    stop(1);
}

/* A launch that waits for one of two: what groups of the former read is not all. */
VGPU_UNIT_TEST(check_order, a_read_by_another_launch_is_not_forgotten)
{
    static struct calls first, second, third;

    start();
    first = second = third = (struct calls){.is_plain = true};
    vgpu_check_order_new(&first.order, true);
    vgpu_check_order_new(&second.order, true);
    vgpu_check_order_new(&third.order, true);
    vgpu_check_order_after(&third.order, &first.order);
    calls_launch(&first, data, sizeof data, NULL, 0);
    access_in_group(&first, 0, SITE_LOAD);
    access_in_group(&first, 1, SITE_LOAD);
    calls_launch_end(&first);
    calls_launch(&second, data, sizeof data, NULL, 0);
    access_in_group(&second, 0, SITE_LOAD2);
    calls_launch_end(&second);
    calls_launch(&third, data, sizeof data, NULL, 0);
    access_in_group(&third, 0, SITE_STORE);
    calls_launch_end(&third);
    stop(1);
}

/* More launches at work than are remembered: what has no record is not looked at, and
 * disturbs nobody. */
VGPU_UNIT_TEST(check_order, launches_beyond_those_remembered_run_unseen)
{
    static struct calls many[VGPU_CHECK_RECENT + 1], *const last =
                                                         &many[VGPU_CHECK_RECENT];

    start();
    for (size_t i = 0; i <= VGPU_CHECK_RECENT; i++) {
        plain_launch(&many[i]);
        calls_group(&many[i], 0);
        if (&many[i] != last)
            calls_group_end(&many[i]);
    }
    access(last->rows[0], SITE_STORE, 1, data, data);
    calls_launch_end(&many[0]);
    access_in_group(&many[1], 1, SITE_STORE2); /* that has one */
    calls_group_end(last);
    access_in_group(&many[1], 2, SITE_STORE2);
    for (size_t i = 1; i <= VGPU_CHECK_RECENT; i++)
        calls_launch_end(&many[i]);
    stop(1);
}
