/* SPDX-License-Identifier: MIT */
/* The checks from inside: accesses, barriers and atomics as traced code tells of them. */
#include "check_calls.h"

#include "observe/check/finding_json.h"
#include "vgpu_test.h"

#include <string.h>

enum { N = 64 * 1024 };
static int32_t a[N], b[N], lonely[64];

static uint32_t even(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                     void *first, int64_t step, void *object)
{
    return vgpu_check_even(row, site, items, (uintptr_t)first, step, object);
}

/* One item's access. */
static uint32_t one(struct vgpu_check_row *row, uint32_t site, uint32_t lane, void *place,
                    void *object)
{
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = (uintptr_t)place;
    return vgpu_check_any(row, site, 1u << lane, addresses, object);
}

struct lines {
    uint32_t items, line;
    uintptr_t first;
    int64_t step, pitch;
};

static uint32_t lines_or_any(struct vgpu_check_row *row, uint32_t site,
                             const struct lines *lines, void *object, bool as_lines)
{
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    if (as_lines)
        return vgpu_check_lines(row, site, lines->items, lines->first, lines->step,
                                lines->pitch, lines->line, object);
    for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = lines->first + i % lines->line * (uintptr_t)lines->step +
                       i / lines->line * (uintptr_t)lines->pitch;
    return vgpu_check_any(row, site, lines->items, addresses, object);
}

static void begin(struct calls *calls, unsigned checks)
{
    calls_start(checks);
    calls_buffer(a, sizeof a, "buffer 1", true);
    calls_buffer(b, sizeof b, "buffer 2", true);
    memset(calls, 0, sizeof *calls);
    calls_launch(calls, a, sizeof a, b, sizeof b);
    calls_group(calls, 0);
}

static void end(struct calls *calls)
{
    calls_group_end(calls);
    calls_launch_end(calls);
    calls_buffer_gone(a, sizeof a);
    calls_buffer_gone(b, sizeof b);
    calls_stop();
}

static struct calls c;

VGPU_UNIT_TEST(check_memory, items_within_their_buffer_may_and_others_may_not)
{
    begin(&c, VGPU_CHECK_memory);
    EXPECT_EQ(ALL, even(c.rows[0], SITE_LOAD, ALL, a, 4, a));
    EXPECT_EQ(0, vgpu_findings_count());
    EXPECT_EQ(0xff, even(c.rows[0], SITE_LOAD, ALL, a + N - 8, 4, a));
    EXPECT_EQ(1, calls_found(VGPU_FINDING_OUTSIDE));
    EXPECT_EQ(CALLS_LINE(SITE_LOAD), calls_line(VGPU_FINDING_OUTSIDE, 0));
    EXPECT_EQ(ALL & ~1u,
              vgpu_check_even(c.rows[0], SITE_STORE, ALL, (uintptr_t)a - 4, 4, a));
    EXPECT_EQ(2, calls_found(VGPU_FINDING_OUTSIDE));
    end(&c);
}

VGPU_UNIT_TEST(check_memory, an_index_that_lands_in_another_buffer_is_out_of_bounds)
{
    begin(&c, VGPU_CHECK_memory);
    EXPECT_EQ(0, even(c.rows[0], SITE_LOAD, ALL, b, 4, a));
    EXPECT_EQ(1, calls_found(VGPU_FINDING_OUTSIDE));
    end(&c);
}

VGPU_UNIT_TEST(check_memory, pointers_of_unknown_origin_may_reach_any_buffer)
{
    begin(&c, VGPU_CHECK_memory);
    EXPECT_EQ(ALL, even(c.rows[0], SITE_LOAD, ALL, b, 4, NULL));
    EXPECT_EQ(ALL, even(c.rows[0], SITE_LOAD, ALL, a, 4, NULL));
    EXPECT_EQ(0, vgpu_findings_count());
    EXPECT_EQ(0, even(c.rows[0], SITE_LOAD, ALL, (void *)8, 4, NULL));
    EXPECT_EQ(1, calls_found(VGPU_FINDING_NULL_POINTER));
    EXPECT_EQ(0, even(c.rows[0], SITE_LOAD2, ALL, lonely, 4, NULL));
    EXPECT_EQ(1, calls_found(VGPU_FINDING_WILD));
    end(&c);
}

VGPU_UNIT_TEST(check_memory, released_memory_is_told_from_memory_that_never_was)
{
    begin(&c, VGPU_CHECK_memory);
    calls_buffer(lonely, sizeof lonely, "buffer 3", true);
    calls_buffer_gone(lonely, sizeof lonely);
    EXPECT_EQ(0, even(c.rows[0], SITE_LOAD2, ALL, lonely, 4, NULL));
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RELEASED));
    end(&c);
}

VGPU_UNIT_TEST(check_memory, a_null_argument_is_a_null_pointer)
{
    begin(&c, VGPU_CHECK_memory);
    EXPECT_EQ(0, even(c.rows[0], SITE_LOAD, ALL, NULL, 4, NULL));
    EXPECT_EQ(1, calls_found(VGPU_FINDING_NULL_POINTER));
    end(&c);
}

VGPU_UNIT_TEST(check_memory, kernels_leave_mapped_buffers_alone)
{
    begin(&c, VGPU_CHECK_memory);
    vgpu_check_mapped((uintptr_t)a, 0, 256, false);
    EXPECT_EQ(ALL, even(c.rows[0], SITE_LOAD, ALL, a, 4, a));
    EXPECT_EQ(0, vgpu_findings_count());
    EXPECT_EQ(ALL, even(c.rows[0], SITE_STORE, ALL, a, 4, a));
    EXPECT_EQ(1, calls_found(VGPU_FINDING_MAPPED));
    vgpu_check_unmapped((uintptr_t)a, 0);
    end(&c);
}

VGPU_UNIT_TEST(check_uninit, reads_of_what_nobody_wrote_are_found)
{
    begin(&c, VGPU_CHECK_uninit);
    calls_buffer(lonely, sizeof lonely, "buffer 3", false);
    even(c.rows[0], SITE_STORE, ALL, lonely, 4, lonely);
    even(c.rows[0], SITE_LOAD, ALL, lonely, 4, lonely);
    EXPECT_EQ(0, vgpu_findings_count());
    even(c.rows[0], SITE_LOAD2, 0x100, lonely + 30, 4, lonely);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_UNINIT));
    vgpu_check_written((uintptr_t)(lonely + 40), 16);
    even(c.rows[0], SITE_LOAD, 0xf, lonely + 40, 4, lonely);
    EXPECT_EQ(1, vgpu_findings_count());
    calls_buffer_gone(lonely, sizeof lonely);
    end(&c);
}

VGPU_UNIT_TEST(check_uninit, local_memory_has_no_value_in_each_group_anew)
{
    begin(&c, VGPU_CHECK_uninit);
    even(c.rows[0], SITE_LOCAL_STORE, ALL, c.local, 4, c.local);
    even(c.rows[1], SITE_LOCAL_LOAD, ALL, c.local, 4, c.local);
    EXPECT_EQ(0, vgpu_findings_count());
    calls_group_end(&c);
    calls_group(&c, 1);
    even(c.rows[1], SITE_LOCAL_LOAD, ALL, c.local, 4, c.local);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_UNINIT_LOCAL));
    end(&c);
}

VGPU_UNIT_TEST(check_race, items_that_keep_to_their_places_do_not_race)
{
    begin(&c, VGPU_CHECK_race);
    for (unsigned i = 0; i < 2; i++) {
        even(c.rows[i], SITE_LOAD, ALL, a + 32 * i, 4, a);
        even(c.rows[i], SITE_STORE, ALL, a + 32 * i, 4, a);
        even(c.rows[i], SITE_LOAD2, ALL, a + 32 * i, 4, a);
        even(c.rows[i], SITE_LOAD, ALL, b, 0, b);
        even(c.rows[i], SITE_LOAD, ALL, b + i, 4, b);
    }
    EXPECT_EQ(0, vgpu_findings_count());
    end(&c);
}

VGPU_UNIT_TEST(check_race, a_neighbours_place_needs_a_barrier)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_STORE, ALL, a, 4, a);
    even(c.rows[1], SITE_STORE, ALL, a + 32, 4, a);
    calls_barrier(&c, SITE_BARRIER_GLOBAL);
    even(c.rows[0], SITE_LOAD, ALL, a + 1, 4, a);
    even(c.rows[1], SITE_LOAD, ALL, a + 31, 4, a);
    EXPECT_EQ(0, vgpu_findings_count());
    even(c.rows[0], SITE_STORE2, 1, a, 4, a);
    EXPECT_EQ(0, vgpu_findings_count());
    even(c.rows[0], SITE_STORE2, 2, a, 4, a); /* item 0 read it */
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUP));
    EXPECT_EQ(CALLS_LINE(SITE_STORE2), calls_line(VGPU_FINDING_RACE_GROUP, 0));
    EXPECT_EQ(CALLS_LINE(SITE_LOAD), calls_line(VGPU_FINDING_RACE_GROUP, 1));
    end(&c);
}

VGPU_UNIT_TEST(check_race, rows_without_a_barrier_race)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_STORE, ALL, a, 4, a);
    even(c.rows[1], SITE_LOAD, ALL, a, 4, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUP));
    end(&c);
}

VGPU_UNIT_TEST(check_race, a_barrier_orders_only_the_memory_that_it_fences)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_STORE, ALL, a, 4, a);
    even(c.rows[0], SITE_LOCAL_STORE, ALL, c.local, 4, c.local);
    calls_barrier(&c, SITE_BARRIER_LOCAL);
    even(c.rows[1], SITE_LOCAL_LOAD, ALL, c.local, 4, c.local);
    EXPECT_EQ(0, vgpu_findings_count());
    even(c.rows[1], SITE_LOAD, ALL, a, 4, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_FENCE));
    end(&c);
}

VGPU_UNIT_TEST(check_race, items_that_store_to_one_place_at_once_race)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_STORE, 1, a, 0, a);
    EXPECT_EQ(0, vgpu_findings_count());
    even(c.rows[0], SITE_STORE2, 6, a + 64, 0, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_SAME));
    end(&c);
}

VGPU_UNIT_TEST(check_race, groups_race_whatever_barriers_they_have)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_STORE, ALL, a, 4, a);
    calls_barrier(&c, SITE_BARRIER_GLOBAL);
    calls_group_end(&c);
    calls_group(&c, 1);
    calls_barrier(&c, SITE_BARRIER_GLOBAL);
    even(c.rows[0], SITE_LOAD, ALL, a, 4, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUPS));
    end(&c);
}

VGPU_UNIT_TEST(check_race, a_sub_group_barrier_orders_the_sub_group)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_STORE, ALL, a, 4, a);
    vgpu_check_meet(c.rows[0], SITE_BARRIER_SUB_GROUP, ALL);
    even(c.rows[0], SITE_LOAD, ALL >> 1, a + 1, 4, a);
    EXPECT_EQ(0, vgpu_findings_count());
    even(c.rows[1], SITE_LOAD, ALL, a, 4, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUP));
    end(&c);
}

VGPU_UNIT_TEST(check_race, atomics_do_not_race_with_each_other_but_with_plain_accesses)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_RMW, ALL, a, 0, a);
    even(c.rows[1], SITE_RMW, ALL, a, 0, a);
    EXPECT_EQ(0, vgpu_findings_count());
    one(c.rows[1], SITE_LOAD, 3, a, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUP));
    end(&c);
}

VGPU_UNIT_TEST(check_race, launches_of_one_queue_are_ordered_and_others_not)
{
    struct vgpu_check_order first, second, third;

    calls_start(VGPU_CHECK_race);
    vgpu_check_order_new(&first, true);
    vgpu_check_order_new(&second, true);
    vgpu_check_order_new(&third, true);
    vgpu_check_order_after(&second, &first);
    begin(&c, VGPU_CHECK_race);
    calls_group_end(&c);
    calls_launch_end(&c);

    c.order = first;
    calls_launch(&c, a, sizeof a, b, sizeof b);
    calls_group(&c, 0);
    even(c.rows[0], SITE_STORE, ALL, a, 4, a);
    calls_group_end(&c);
    calls_launch_end(&c);
    c.order = second;
    calls_launch(&c, a, sizeof a, b, sizeof b);
    calls_group(&c, 1);
    even(c.rows[0], SITE_LOAD, ALL, a, 4, a);
    EXPECT_EQ(0, vgpu_findings_count());
    calls_group_end(&c);
    calls_launch_end(&c);
    c.order = third;
    calls_launch(&c, a, sizeof a, b, sizeof b);
    calls_group(&c, 1);
    even(c.rows[0], SITE_STORE, ALL, a, 4, a);
    EXPECT_LE(1, calls_found(VGPU_FINDING_RACE_LAUNCHES));
    end(&c);
}

VGPU_UNIT_TEST(check_race, what_the_host_waited_for_is_over)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_STORE, ALL, a, 4, a);
    calls_group_end(&c);
    calls_launch_end(&c);
    vgpu_check_host_waited();
    calls_launch(&c, a, sizeof a, b, sizeof b);
    calls_group(&c, 5);
    even(c.rows[1], SITE_STORE, ALL, a, 4, a);
    EXPECT_EQ(0, vgpu_findings_count());
    end(&c);
}

/* Lane `lane` takes the lock, counts, and gives it back, by sites as given. */
static void locked(struct vgpu_check_row *row, uint32_t lane, bool fences,
                   uint32_t unlock)
{
    one(row, SITE_RMW, lane, b, b);
    if (fences)
        vgpu_check_meet(row, SITE_FENCE, 1u << lane);
    one(row, SITE_LOAD, lane, a, a);
    one(row, SITE_STORE, lane, a, a);
    if (fences)
        vgpu_check_meet(row, SITE_FENCE, 1u << lane);
    one(row, unlock, lane, b, b);
}

static void expect_lock_orders(bool fences, uint32_t unlock)
{
    begin(&c, VGPU_CHECK_race);
    for (uint32_t lane = 0; lane < 32; lane++) {
        locked(c.rows[0], lane, fences, unlock);
        locked(c.rows[1], lane, fences, unlock);
        one(c.rows[0], SITE_RMW, (lane + 5) % 32, b, b); /* another that tries */
    }
    calls_group_end(&c);
    calls_group(&c, 1);
    for (uint32_t lane = 0; lane < 4; lane++)
        locked(c.rows[1], lane, fences, unlock);
    EXPECT_EQ(0, vgpu_findings_count());
    one(c.rows[1], SITE_STORE2, 9, a, a); /* without the lock */
    EXPECT_LE(1, calls_found(VGPU_FINDING_RACE_GROUP) +
                     calls_found(VGPU_FINDING_RACE_GROUPS));
    end(&c);
}

VGPU_UNIT_TEST(check_race, a_lock_orders_what_is_done_under_it)
{
    expect_lock_orders(true, SITE_RMW2);
}

VGPU_UNIT_TEST(check_race, a_lock_without_fences_does_too)
{
    expect_lock_orders(false, SITE_RMW2);
}

VGPU_UNIT_TEST(check_race, a_lock_may_be_given_back_by_a_volatile_store)
{
    expect_lock_orders(true, SITE_VOLATILE_STORE);
    expect_lock_orders(false, SITE_VOLATILE_STORE);
}

/* Each group writes a part, counts itself, and the last one reads all parts. */
static void last_group(bool fences)
{
    begin(&c, VGPU_CHECK_race);
    for (unsigned group = 0; group < 8; group++) {
        if (group > 0)
            calls_group(&c, group);
        even(c.rows[1], SITE_STORE, 1, a + group, 4, a);
        calls_barrier(&c, fences ? SITE_BARRIER_GLOBAL : SITE_BARRIER_LOCAL);
        if (fences)
            vgpu_check_meet(c.rows[0], SITE_FENCE, 1);
        one(c.rows[0], SITE_RMW, 0, b, b);
        calls_barrier(&c, SITE_BARRIER_LOCAL);
        if (group < 7)
            calls_group_end(&c);
    }
    even(c.rows[0], SITE_LOAD, 0xff, a, 4, a);
}

VGPU_UNIT_TEST(check_race, the_last_group_may_read_what_all_have_written)
{
    last_group(true);
    EXPECT_EQ(0, vgpu_findings_count());
    end(&c);
}

VGPU_UNIT_TEST(check_race, but_not_where_nobody_has_a_fence)
{
    last_group(false);
    EXPECT_LE(1, vgpu_findings_count());
    end(&c);
}

VGPU_UNIT_TEST(check_race, a_flag_hands_over_by_release_and_acquire_only)
{
    begin(&c, VGPU_CHECK_race);
    one(c.rows[0], SITE_STORE, 3, a, a);
    one(c.rows[0], SITE_RMW_RELEASE, 3, b, b);
    one(c.rows[0], SITE_STORE, 3, a + 1, a);
    one(c.rows[1], SITE_GET_ACQUIRE, 7, b, b);
    one(c.rows[1], SITE_LOAD, 7, a, a);
    EXPECT_EQ(0, vgpu_findings_count());
    one(c.rows[1], SITE_LOAD2, 7, a + 1, a); /* written after the flag */
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUP));
    one(c.rows[1], SITE_GET_RELAXED, 8, b, b);
    one(c.rows[1], SITE_LOAD, 8, a, a);
    EXPECT_EQ(2, calls_found(VGPU_FINDING_RACE_GROUP));
    end(&c);
}

VGPU_UNIT_TEST(check_race, bytes_beside_each_other_are_places_of_their_own)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_BYTE_STORE, ALL, a, 1, a);
    even(c.rows[0], SITE_BYTE_LOAD, ALL, a, 1, a);
    EXPECT_EQ(0, vgpu_findings_count());
    one(c.rows[0], SITE_BYTE_LOAD, 7, (char *)a + 6, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUP));
    end(&c);
}

VGPU_UNIT_TEST(check_race, vectors_cover_all_their_elements)
{
    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_VECTOR_STORE, ALL, a, 16, a);
    EXPECT_EQ(0, vgpu_findings_count());
    one(c.rows[0], SITE_LOAD, 2, a + 8, a);
    EXPECT_EQ(0, vgpu_findings_count());
    one(c.rows[0], SITE_LOAD, 2, a + 7, a);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_RACE_GROUP));
    end(&c);
}

VGPU_UNIT_TEST(check_barrier, items_that_do_not_come_are_missed)
{
    begin(&c, VGPU_CHECK_barrier);
    vgpu_check_meet(c.rows[0], SITE_BARRIER_LOCAL, ALL);
    EXPECT_EQ(0, vgpu_findings_count());
    vgpu_check_meet(c.rows[1], SITE_BARRIER_LOCAL, ALL >> 1);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_DIVERGENCE));
    vgpu_check_barrier_missed(c.rows[0], c.rows[1], true);
    EXPECT_EQ(1, calls_found(VGPU_FINDING_DIVERGENCE)); /* of the same barrier */
    end(&c);
}

static uint32_t next_random(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)*state * below >> 32);
}

static struct lines random_lines(uint32_t *state)
{
    static const int64_t steps[] = {0, 4, 4, 8, -4},
                         pitches[] = {0, 64, 68, 4, 400, -256};
    const uintptr_t edge = (uintptr_t)(next_random(state, 2) ? a : a + N);
    struct lines lines = {.items = ALL};

    if (next_random(state, 2))
        lines.items = 1 + next_random(state, ALL);
    lines.line = 2u << next_random(state, 4);
    lines.step = steps[next_random(state, 5)];
    lines.pitch = pitches[next_random(state, 6)];
    lines.first = edge + 4 * next_random(state, 400) - 800;
    if (next_random(state, 4)) /* all inside, where rows may race */
        lines.first = (uintptr_t)(a + N / 2 + next_random(state, 40));
    return lines;
}

VGPU_UNIT_TEST(check_lines, are_what_their_items_are)
{
    uint32_t state = 4711;

    for (unsigned round = 0; round < 400; round++) {
        const struct lines first = random_lines(&state), second = random_lines(&state);
        const uint32_t one_site = next_random(&state, 2) ? SITE_LOAD : SITE_STORE;
        const uint32_t other_site = next_random(&state, 2) ? SITE_LOAD2 : SITE_STORE2;
        uint32_t good[2][2];
        unsigned outside[2], all[2];

        for (unsigned way = 0; way < 2; way++) {
            begin(&c, VGPU_CHECK_memory | VGPU_CHECK_race);
            even(c.rows[0], one_site, 1, a, 4, a); /* so that it is known what it is */
            even(c.rows[1], other_site, 1, a + 1, 4, a);
            good[way][0] = lines_or_any(c.rows[0], one_site, &first, a, way);
            good[way][1] = lines_or_any(c.rows[1], other_site, &second, a, way);
            outside[way] = calls_found(VGPU_FINDING_OUTSIDE);
            all[way] = vgpu_findings_count();
            end(&c);
        }
        EXPECT_EQ(good[0][0], good[1][0]);
        EXPECT_EQ(good[0][1], good[1][1]);
        EXPECT_EQ(outside[0], outside[1]);
        EXPECT_EQ(all[0], all[1]);
    }
}

/* Long names are cut anywhere. */
VGPU_UNIT_TEST(check_findings, are_in_reports_whatever_their_text_is)
{
    json_t *json;

    calls_start(VGPU_CHECK_memory);
    vgpu_check_host_mistake(VGPU_FINDING_RELEASED_MAPPED, 1, "buffer of \xc3", NULL);
    json = vgpu_findings_json();
    EXPECT_EQ(1, json_array_size(json));
    EXPECT_STREQ("buffer of ?",
                 json_string_value(json_object_get(json_array_get(json, 0), "text")));
    json_decref(json);
    vgpu_findings_forget();
    calls_stop();
}

/* Reads that wait, as those of whole lines do, race with writes as those do that are
 * entered at once; barriers between them order what they fence. Returns the races. */
static unsigned random_accesses(uint32_t seed, bool as_lines)
{
    uint32_t state = seed, races;

    begin(&c, VGPU_CHECK_race);
    even(c.rows[0], SITE_LOCAL_STORE, ALL, c.local, 4, c.local);
    calls_barrier(&c, SITE_BARRIER_LOCAL);
    for (unsigned i = 0; i < 8; i++) {
        const uint32_t what = next_random(&state, 16),
                       line = 4u << next_random(&state, 3);
        const struct lines lines = {.items = ALL,
                                    .line = line,
                                    .first =
                                        (uintptr_t)c.local + 64 * next_random(&state, 8),
                                    .step = 4 * next_random(&state, 2),
                                    .pitch = next_random(&state, 2) ? 16 : 0};
        struct vgpu_check_row *const row = c.rows[next_random(&state, 2)];

        if (what == 0)
            calls_barrier(&c, SITE_BARRIER_GLOBAL);
        else if (what == 1)
            calls_barrier(&c, SITE_BARRIER_LOCAL);
        else if (what == 2)
            one(row, SITE_LOCAL_STORE, next_random(&state, 32), (void *)lines.first,
                c.local);
        else
            lines_or_any(row, SITE_LOCAL_LOAD, &lines, c.local, as_lines);
    }
    races = vgpu_findings_count();
    end(&c);
    return races;
}

VGPU_UNIT_TEST(check_lines, of_local_memory_race_whether_they_wait_or_not)
{
    unsigned with_races = 0;

    for (uint32_t seed = 1; seed < 1000; seed++) {
        const unsigned races = random_accesses(seed * 7919, false);

        EXPECT_EQ(races, random_accesses(seed * 7919, true));
        with_races += races != 0;
    }
    EXPECT_GT(with_races, 100);
    EXPECT_LT(with_races, 900);
}

VGPU_UNIT_TEST(check_words, are_read_and_wrong_ones_ignored)
{
    bool fatal;

    EXPECT_EQ(VGPU_CHECK_memory | VGPU_CHECK_race,
              vgpu_check_parse("memory,race", &fatal));
    EXPECT_FALSE(fatal);
    EXPECT_EQ(VGPU_CHECK_leak, vgpu_check_parse("Leak,fatal", &fatal));
    EXPECT_TRUE(fatal);
    EXPECT_EQ((1 << VGPU_CHECK_COUNT) - 1, vgpu_check_parse("1", NULL));
    EXPECT_EQ((1 << VGPU_CHECK_COUNT) - 1, vgpu_check_parse("fatal", NULL));
    EXPECT_EQ(0, vgpu_check_parse("0", NULL));
    vgpu_test_stderr_start();
    EXPECT_EQ(VGPU_CHECK_race, vgpu_check_parse("memroy,race", NULL));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(),
                    "\"memroy\" is no check; did you mean memory?");
}
