/* SPDX-License-Identifier: MIT */
/* Threads that run groups side by side, or one alone. */
#include "observe/check/runner.h"

#include "vgpu_test.h"

#include <pthread.h>

enum { THREADS = 6, TURNS = 3000 };

static atomic_int num_inside, num_alone, num_wrong;
static int written_alone; /* what a sanitizer watches */

static void be_alone(void *data)
{
    (void)data;
    if (atomic_fetch_add(&num_alone, 1) != 0 || atomic_load(&num_inside) != 0)
        atomic_fetch_add(&num_wrong, 1);
    written_alone++;
    atomic_fetch_sub(&num_alone, 1);
}

static void be_beside_others(void)
{
    atomic_fetch_add(&num_inside, 1);
    if (atomic_load(&num_alone) != 0 || written_alone < 0)
        atomic_fetch_add(&num_wrong, 1);
    atomic_fetch_sub(&num_inside, 1);
}

static void *enter_and_leave(void *data)
{
    struct runner *const self = runner_self();
    const unsigned number = (unsigned)(uintptr_t)data;

    for (unsigned turn = 0; turn < TURNS; turn++) {
        const bool alone = (turn + number) % 50 == 0;

        runner_enter(self, alone);
        if (alone)
            be_alone(NULL);
        else
            be_beside_others();
        if (!alone && (turn + number) % 70 == 0) {
            runner_alone(self, be_alone, NULL);
            be_beside_others();
        }
        runner_leave(self, alone);
    }
    return NULL;
}

static void run_threads(void *(*function)(void *data))
{
    pthread_t threads[THREADS];

    for (uintptr_t i = 0; i < THREADS; i++)
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, function, (void *)i));
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

VGPU_UNIT_TEST(runner, that_is_alone_has_nobody_beside_it)
{
    run_threads(enter_and_leave);
    EXPECT_EQ(0, atomic_load(&num_wrong));
    EXPECT_GT(written_alone, THREADS * TURNS / 50 - 1);
    EXPECT_FALSE(runner_is_any());
}

static unsigned most_number;

static void *take_number(void *data)
{
    (void)data;
    most_number =
        runner_self()->number > most_number ? runner_self()->number : most_number;
    return NULL;
}

/* Threads come and go. */
VGPU_UNIT_TEST(runner, of_a_thread_that_ended_goes_to_another)
{
    for (unsigned i = 0; i < 200; i++) {
        pthread_t thread;

        ASSERT_EQ(0, pthread_create(&thread, NULL, take_number, NULL));
        pthread_join(thread, NULL);
    }
    EXPECT_TRUE(most_number < 2 * THREADS);
}

VGPU_UNIT_TEST(runner, tells_whether_any_is_in_a_group_or_looks)
{
    struct runner *const self = runner_self();

    EXPECT_FALSE(runner_is_any());
    runner_look(self);
    EXPECT_TRUE(runner_is_any());
    runner_look_end(self);
    for (unsigned alone = 0; alone < 2; alone++) {
        runner_enter(self, alone);
        EXPECT_TRUE(runner_is_any());
        runner_leave(self, alone);
        EXPECT_FALSE(runner_is_any());
    }
}

/* Two groups on one thread, as tests have them. */
VGPU_UNIT_TEST(runner, may_be_in_two_groups)
{
    struct runner *const self = runner_self();

    runner_enter(self, false);
    runner_enter(self, false);
    runner_alone(self, be_alone, NULL);
    runner_leave(self, false);
    EXPECT_TRUE(runner_is_any());
    runner_leave(self, false);
    EXPECT_FALSE(runner_is_any());
    EXPECT_EQ(0, atomic_load(&num_wrong));
}
