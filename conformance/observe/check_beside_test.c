/* SPDX-License-Identifier: MIT */
/* The checks for races in groups that run side by side: what is found does not depend on
 * who comes first. */
#include "check_calls.h"

#include "vgpu_test.h"

#include <pthread.h>
#include <string.h>

enum { N = 64 * 1024, THREADS = 8, GROUPS = 64, LAUNCHES = 6 };
static int32_t a[N], b[N];

static uint32_t even(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                     void *first, int64_t step, void *object)
{
    return vgpu_check_even(row, site, items, (uintptr_t)first, step, object);
}

/* Two groups of one launch, both of which have begun. Cells are there already: to make
 * them a group waits until it is the only one. */
static void begin(struct calls *one, struct calls *other)
{
    calls_start(VGPU_CHECK_race);
    calls_buffer(a, sizeof a, "buffer 1", true);
    calls_buffer(b, sizeof b, "buffer 2", true);
    memset(one, 0, sizeof *one);
    one->is_plain = true;
    calls_launch(one, a, sizeof a, b, sizeof b);
    calls_group(one, 0);
    even(one->rows[0], SITE_LOAD, ALL, a + N - 32, 4, a);
    even(one->rows[0], SITE_LOAD, ALL, b + N - 32, 4, b);
    calls_group_end(one);
    calls_group(one, 1);
    *other = *one;
    calls_group(other, 2);
}

static void end(struct calls *one, struct calls *other)
{
    calls_group_end(other);
    calls_group_end(one);
    calls_launch_end(one);
    calls_buffer_gone(a, sizeof a);
    calls_buffer_gone(b, sizeof b);
    calls_stop();
}

static struct calls c, d;

VGPU_UNIT_TEST(check_beside, groups_that_share_nothing_but_reads_do_not_race)
{
    begin(&c, &d);
    for (unsigned i = 0; i < 4; i++) {
        even(c.rows[i % 2], SITE_LOAD, ALL, b, 4, b);
        even(d.rows[i % 2], SITE_LOAD, ALL, b, 0, b);
        even(c.rows[0], SITE_STORE, ALL, a, 4, a);
        even(d.rows[0], SITE_STORE, ALL, a + 32, 4, a);
        calls_barrier(&c, SITE_BARRIER_GLOBAL);
    }
    EXPECT_EQ(0, vgpu_findings_count());
    end(&c, &d);
}

VGPU_UNIT_TEST(check_beside, two_groups_that_write_one_place_race)
{
    begin(&c, &d);
    even(c.rows[0], SITE_STORE, 1, a, 4, a);
    even(d.rows[0], SITE_STORE2, 1, a, 4, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUPS));
    end(&c, &d);
}

VGPU_UNIT_TEST(check_beside, the_later_group_is_told_of_first_whoever_came_first)
{
    for (unsigned turn = 0; turn < 2; turn++) {
        begin(&c, &d);
        if (turn == 0)
            even(c.rows[0], SITE_STORE, 1, a, 4, a);
        even(d.rows[0], SITE_STORE2, 1, a, 4, a);
        if (turn == 1)
            even(c.rows[0], SITE_STORE, 1, a, 4, a);
        EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUPS));
        EXPECT_EQ(CALLS_LINE(SITE_STORE2), calls_line(VGPU_FINDING_RACE_GROUPS, 0));
        EXPECT_EQ(CALLS_LINE(SITE_STORE), calls_line(VGPU_FINDING_RACE_GROUPS, 1));
        end(&c, &d);
    }
}

/* Two work-items of the writer's own group have read, which the barrier orders; a third
 * reader, of the other group, is what the write races with. */
VGPU_UNIT_TEST(check_beside, a_group_that_reads_after_two_of_another_is_remembered)
{
    for (unsigned turn = 0; turn < 4; turn++) {
        void *const place = a;

        begin(&c, &d);
        if (turn == 1)
            even(d.rows[0], SITE_LOAD2, 3, place, 0, a);
        even(c.rows[0], SITE_LOAD, 3, place, 0, a);
        if (turn == 2)
            even(c.rows[1], SITE_LOAD, ALL, place, 4, a);
        if (turn == 3) {
            calls_barrier(&c, SITE_BARRIER_GLOBAL);
            even(c.rows[1], SITE_LOAD, 3, place, 0, a);
        }
        if (turn != 1)
            even(d.rows[0], SITE_LOAD2, ALL, place, turn == 2 ? 4 : 0, a);
        calls_barrier(&c, SITE_BARRIER_GLOBAL);
        EXPECT_EQ(0, vgpu_findings_count());
        even(c.rows[0], SITE_STORE, 1, place, 4, a);
        EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUPS));
        EXPECT_EQ(1, vgpu_findings_count());
        end(&c, &d);
    }
}

VGPU_UNIT_TEST(check_beside, a_group_of_many_barriers_stays_in_order_with_itself)
{
    begin(&c, &d);
    even(c.rows[0], SITE_STORE, ALL, a, 4, a);
    for (unsigned i = 0; i < 5000; i++) {
        calls_barrier(&c, SITE_BARRIER_GLOBAL);
        if (i % 7 == 0)
            calls_barrier(&d, SITE_BARRIER_GLOBAL);
        even(c.rows[i % 2], SITE_LOAD, ALL, a, 4, a);
        calls_barrier(&c, SITE_BARRIER_GLOBAL);
        even(c.rows[i % 2], SITE_STORE, ALL, a, 4, a);
    }
    EXPECT_EQ(0, vgpu_findings_count());
    even(d.rows[1], SITE_LOAD2, 1, a, 4, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUPS));
    end(&c, &d);
}

/* --- Many groups that follow each other on one thread. --- */

static void remember_groups(const struct vgpu_finding *finding, void *data)
{
    size_t *const groups = data;

    groups[0] = finding->sides[0].group_id[0];
    groups[1] = finding->sides[1].group_id[0];
}

/* Those before the `second` one that writes, but for one of them, do nothing but meet. */
static void expect_told_apart(unsigned first, unsigned second, bool has_barriers)
{
    size_t told[2] = {0, 0};

    calls_start(VGPU_CHECK_race);
    calls_buffer(a, sizeof a, "buffer 1", true);
    memset(&c, 0, sizeof c);
    c.is_plain = true;
    calls_launch(&c, a, sizeof a, NULL, 0);
    for (unsigned number = 0; number <= second; number++) {
        calls_group(&c, number);
        for (unsigned i = 0; has_barriers && i < number % 7; i++)
            calls_barrier(&c, SITE_BARRIER_GLOBAL);
        if (number == first || number == second)
            even(c.rows[1], number == first ? SITE_STORE : SITE_STORE2, 1, a, 4, a);
        calls_group_end(&c);
    }
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUPS));
    vgpu_findings_visit(remember_groups, told);
    EXPECT_EQ(second, told[0]);
    EXPECT_EQ(first, told[1]);
    calls_launch_end(&c);
    calls_buffer_gone(a, sizeof a);
    calls_stop();
}

VGPU_UNIT_TEST(check_beside, groups_of_one_thread_are_told_apart)
{
    for (unsigned first = 0; first < 40; first += 3)
        for (unsigned second = first + 1; second < 100; second += 7) {
            expect_told_apart(first, second, false);
            expect_told_apart(first, second, true);
        }
}

/* --- Threads, of which there are more than cores. --- */

struct worker {
    pthread_t thread;
    struct calls calls; /* the launch is the first one's */
    unsigned number;
    bool races;
};

/* All read b, by rows and element by element, and write their own places of a; who races
 * writes into another group's as well. */
static void run_group(struct worker *w, unsigned group)
{
    int32_t *const mine = a + 64 * group;
    uintptr_t scattered[VGPU_TRACED_ITEMS];

    for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
        scattered[i] = (uintptr_t)(b + (i * 7919u + group) % N);
    calls_group(&w->calls, group);
    for (unsigned row = 0; row < 2; row++) {
        struct vgpu_check_row *const r = w->calls.rows[row];

        even(r, SITE_LOAD, ALL, b + 32 * row, 4, b);
        even(r, SITE_LOAD, ALL, b + 5, 0, b);
        vgpu_check_any(r, SITE_LOAD2, ALL, scattered, b);
        even(r, SITE_STORE, ALL, mine + 32 * row, 4, a);
    }
    calls_barrier(&w->calls, SITE_BARRIER_GLOBAL);
    even(w->calls.rows[0], SITE_LOAD, ALL, mine + 32, 4, a);
    if (w->races && group % 2)
        even(w->calls.rows[1], SITE_STORE2, 1, mine - 64, 4, a);
    calls_group_end(&w->calls);
}

static void *work(void *data)
{
    struct worker *const w = data;

    for (unsigned group = w->number; group < GROUPS; group += THREADS)
        run_group(w, group);
    return NULL;
}

static void run_launch(struct worker *workers, bool races)
{
    memset(&c, 0, sizeof c);
    c.is_plain = true;
    calls_launch(&c, a, sizeof a, b, sizeof b);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].calls = c;
        workers[i].number = i;
        workers[i].races = races;
        ASSERT_EQ(0, pthread_create(&workers[i].thread, NULL, work, &workers[i]));
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    calls_launch_end(&c);
    vgpu_check_host_waited();
}

VGPU_UNIT_TEST(check_beside, many_threads_find_what_there_is_and_nothing_else)
{
    static struct worker workers[THREADS];

    calls_start(VGPU_CHECK_race);
    calls_buffer(a, sizeof a, "buffer 1", true);
    calls_buffer(b, sizeof b, "buffer 2", true);
    for (unsigned i = 0; i < LAUNCHES; i++)
        run_launch(workers, false);
    EXPECT_EQ(0, vgpu_findings_count());
    for (unsigned i = 0; i < LAUNCHES; i++) {
        vgpu_findings_forget();
        run_launch(workers, true);
        EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUPS));
        EXPECT_EQ(1, vgpu_findings_count());
        EXPECT_EQ(CALLS_LINE(SITE_STORE2), calls_line(VGPU_FINDING_RACE_GROUPS, 0));
        EXPECT_EQ(CALLS_LINE(SITE_STORE), calls_line(VGPU_FINDING_RACE_GROUPS, 1));
    }
    calls_buffer_gone(a, sizeof a);
    calls_buffer_gone(b, sizeof b);
    calls_stop();
}
