/* SPDX-License-Identifier: MIT */
/* What the checks do for many items at once is what it would be for one after another. */
#include "observe/check/cells.h"
#include "observe/check/lanes.h"

#include "vgpu_test.h"

#include <string.h>

enum { LANES = 32, SIZE = 4, FIRST = 4096, ROOM = 4096 };

static struct lanes_shape shape_of(const uintptr_t *addresses)
{
    return lanes_shape_of(addresses, SIZE, FIRST, ROOM);
}

VGPU_UNIT_TEST(check_shapes, of_every_lane_the_next_one_is_seen)
{
    uintptr_t addresses[LANES];

    for (uint32_t lane = 0; lane + 1 < LANES; lane++) {
        struct lanes_shape shape;

        for (uint32_t i = 0; i < LANES; i++)
            addresses[i] = FIRST + 64 * i;
        addresses[lane + 1] = addresses[lane] + SIZE;
        shape = shape_of(addresses);
        EXPECT_EQ(1u << lane, shape.beside);
        EXPECT_EQ(0u, shape.same);
        addresses[lane + 1] = addresses[lane];
        shape = shape_of(addresses);
        EXPECT_EQ(0u, shape.beside);
        EXPECT_EQ(1u << lane, shape.same);
    }
}

VGPU_UNIT_TEST(check_shapes, the_last_lane_has_no_next)
{
    uintptr_t addresses[LANES];

    for (uint32_t i = 0; i < LANES; i++)
        addresses[i] = FIRST;
    EXPECT_EQ(~0u >> 1, shape_of(addresses).same);
    for (uint32_t i = 0; i < LANES; i++)
        addresses[i] = FIRST + SIZE * i;
    EXPECT_EQ(~0u >> 1, shape_of(addresses).beside);
}

VGPU_UNIT_TEST(check_shapes, each_lane_outside_is_seen_on_either_side)
{
    const uintptr_t outside[] = {FIRST - 1, FIRST + ROOM - SIZE + 1, FIRST + ROOM, 0,
                                 UINTPTR_MAX};
    const uintptr_t inside[] = {FIRST, FIRST + ROOM - SIZE};
    uintptr_t addresses[LANES];

    for (uint32_t lane = 0; lane < LANES; lane++) {
        for (uint32_t i = 0; i < LANES; i++)
            addresses[i] = FIRST + 8 * i;
        for (uint32_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
            addresses[lane] = outside[i];
            EXPECT_EQ(1u << lane, shape_of(addresses).outside);
        }
        for (uint32_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
            addresses[lane] = inside[i];
            EXPECT_EQ(0u, shape_of(addresses).outside);
        }
    }
}

/* Lanes of two cells; which cells of a run they use. */
static bool is_used(const struct cell_run *run, size_t cell)
{
    return cell >= run->first && cell < run->first + run->count &&
           (run->used == 0 || (cell - run->first) % 2 < run->used);
}

static void expect_entered(const struct cells *cells, unsigned role,
                           const struct cell_run *run)
{
    for (size_t i = 0; i < 80; i++)
        if (!is_used(run, i)) {
            EXPECT_EQ(0u, cells->segments[role][i]);
        } else {
            EXPECT_EQ(run->segment, cells->segments[role][i]);
            EXPECT_EQ(run->mark + (i - run->first) / 2, cells->marks[role][i]);
        }
}

static void expect_run(const struct cells_way *way, size_t count, unsigned used)
{
    const struct cell_run write = {3, count, 7, 100, 1, used};
    const struct cell_run read = {3, count, 8, 200, 1, used};
    const struct order_view none = {0, 0, 0, 0, 0, 0}, later = {8, 8, 0, 8, 1, 0};
    struct cells cells;

    ASSERT_TRUE(cells_create(&cells, 128 * 4, 2));
    EXPECT_TRUE(way->write(&cells, &(struct order_view){1, 1, 0, 1, 1, 0}, &write));
    expect_entered(&cells, CELL_WRITE, &write);
    EXPECT_FALSE(way->know(&cells, &none, &read));
    EXPECT_FALSE(way->read(&cells, &none, &read));
    EXPECT_FALSE(way->know(&cells, &later, &read));
    EXPECT_TRUE(way->read(&cells, &later, &read));
    expect_entered(&cells, CELL_READ, &read);
    EXPECT_FALSE(way->write(&cells, &none, &write));
    cells_destroy(&cells);
}

VGPU_UNIT_TEST(check_shapes, runs_of_any_length_enter_their_cells_and_no_others)
{
    for (unsigned number = 0; cells_way(number); number++)
        for (size_t count = 1; count <= 64; count++)
            expect_run(cells_way(number), count, 0);
}

VGPU_UNIT_TEST(check_shapes, runs_with_gaps_are_entered_as_far_as_they_are_used_or_not)
{
    const struct cell_run run = {0, 64, 25, 0x100, 1, 1};
    const struct order_view view = {10, 20, 4, 20, 10, 0};

    for (unsigned number = 0; cells_way(number); number++) {
        struct cells cells;

        ASSERT_TRUE(cells_create(&cells, 64 * 4, 2));
        if (!cells_way(number)->write(&cells, &view, &run))
            expect_entered(&cells, CELL_WRITE, &(struct cell_run){.count = 0});
        else
            for (size_t count = 1; count <= 64; count++)
                expect_run(cells_way(number), count, 1);
        cells_destroy(&cells);
    }
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

/* Segments of earlier launches, of the view's group on both sides of a barrier, and of
 * other groups; few lanes, so that the same come often. */
static void fill_at_random(struct cells *cells, unsigned first_role, uint32_t *state)
{
    for (unsigned role = first_role; role <= CELL_READ2; role++)
        for (size_t i = 0; i < cells->count; i++) {
            cells->segments[role][i] = next_random(state) % 50;
            cells->marks[role][i] = next_random(state) % 3;
            if (role == CELL_READ2 && next_random(state) % 2)
                cells->segments[role][i] |= CELL_SETTLED;
        }
}

/* What the second read is of counts only where it is not ordered before all else. */
static uint32_t second_read(const struct cells *cells, size_t cell,
                            const struct order_view *view)
{
    const uint32_t second = cells->segments[CELL_READ2][cell];

    return is_ordered(view, second & CELL_SEGMENT) ? second & CELL_SEGMENT : second;
}

static const struct order_view view = {10, 20, 4, 20, 10, 0};

static void expect_same_reads(const struct cells *one, const struct cells *other,
                              size_t cell)
{
    EXPECT_EQ(one->segments[CELL_READ][cell], other->segments[CELL_READ][cell]);
    EXPECT_EQ(one->marks[CELL_READ][cell], other->marks[CELL_READ][cell]);
    EXPECT_EQ(one->marks[CELL_READ2][cell], other->marks[CELL_READ2][cell]);
    EXPECT_EQ(second_read(one, cell, &view), second_read(other, cell, &view));
}

/* A run is known where entering it changes nothing. */
static void expect_reads(const struct cells_way *way, uint32_t *state)
{
    const struct cell_run run = {0, 1 + next_random(state) % 40, 25, 0x100, 5, 0};
    struct cells many, single;
    bool is_known;

    ASSERT_TRUE(cells_create(&many, 64 * 4, 2));
    ASSERT_TRUE(cells_create(&single, 64 * 4, 2));
    fill_at_random(&many, CELL_READ, state);
    memcpy(single.block, many.block, many.block_bytes);
    is_known = way->know(&many, &view, &run);
    for (size_t i = 0; i < single.count; i++)
        expect_same_reads(&single, &many, i);
    EXPECT_TRUE(way->read(&many, &view, &run));
    if (is_known)
        for (size_t i = 0; i < run.count; i++)
            expect_same_reads(&single, &many, i);
    for (size_t i = 0; i < run.count; i++) {
        const struct cell_reads reads = cell_reads_of(&single, i);

        cell_enter_read(&reads, &view, run.segment, run.mark + (uint32_t)(i >> 5));
        expect_same_reads(&single, &many, i);
    }
    cells_destroy(&many);
    cells_destroy(&single);
}

VGPU_UNIT_TEST(check_shapes, reads_side_by_side_enter_as_one_by_one)
{
    uint32_t state = 1;

    for (unsigned number = 0; cells_way(number); number++)
        for (unsigned turn = 0; turn < 400; turn++)
            expect_reads(cells_way(number), &state);
}

static bool may_follow(const struct cells *cells, unsigned role, size_t cell,
                       const struct cell_run *run)
{
    const uint32_t segment = cells->segments[role][cell] & CELL_SEGMENT;
    const uint32_t mark = run->mark + (uint32_t)(cell >> run->lane_shift);

    return is_ordered(&view, segment) ||
           (segment == run->segment &&
            ((cells->marks[role][cell] ^ mark) & CELL_LANE) == 0);
}

VGPU_UNIT_TEST(check_shapes, runs_are_entered_where_all_before_is_ordered_or_their_own)
{
    uint32_t state = 1;
    unsigned entered = 0, refused = 0;

    for (unsigned number = 0; cells_way(number); number++)
        for (unsigned turn = 0; turn < 4000; turn++) {
            const struct cell_run run = {0, 1 + next_random(&state) % 2, 25, 0x100, 5, 0};
            bool may_read = true, may_write = true;
            struct cells cells;

            ASSERT_TRUE(cells_create(&cells, 64 * 4, 2));
            fill_at_random(&cells, CELL_WRITE, &state);
            for (size_t i = 0; i < run.count; i++) {
                may_read = may_read && may_follow(&cells, CELL_WRITE, i, &run);
                may_write = may_write && may_follow(&cells, CELL_WRITE, i, &run) &&
                            may_follow(&cells, CELL_READ, i, &run) &&
                            may_follow(&cells, CELL_READ2, i, &run);
            }
            EXPECT_EQ(may_write, cells_way(number)->write(&cells, &view, &run));
            if (!may_write)
                EXPECT_EQ(may_read, cells_way(number)->read(&cells, &view, &run));
            *(may_write ? &entered : &refused) += 1;
            cells_destroy(&cells);
        }
    EXPECT_GT(entered, 100);
    EXPECT_GT(refused, 100);
}

/* --- Lines. --- */

#define CELLS 256u

/* Of one of two groups, which two launches in turn have. */
static struct order_view view_at(uint32_t time, uint32_t *state)
{
    const uint32_t floor = 1 + time / 64 * 8, group = next_random(state) % 2;

    return (struct order_view){floor, floor + 4 * group, 1 + time / 16 % 2,
                               floor + 4 * group, 4, 0};
}

/* Whole lines, or also parts of them, and parts of two. */
static struct cell_run run_at(const struct order_view *order, bool has_parts,
                              uint32_t *state)
{
    static const size_t counts[] = {32, 32, 64, 32, 64, 32, 8, 20};
    const unsigned kind = next_random(state) % (has_parts ? 8 : 5);
    struct cell_run run = {.count = counts[kind],
                           .segment = order->group + next_random(state) % 3,
                           .lane_shift = kind == 2 ? 1 : 0};

    run.first = next_random(state) % (CELLS - run.count);
    if (kind < 5)
        run.first -= run.first % 32;
    run.mark = next_random(state) % 2;
    return run;
}

static void expect_same_cells(const struct cells *lines, const struct cells *each,
                              const struct order_view *order)
{
    for (size_t i = 0; i < CELLS; i++) {
        const uint32_t second = cells_segment(lines, CELL_READ2, i);
        const uint32_t expected = each->segments[CELL_READ2][i];

        EXPECT_EQ(each->segments[CELL_WRITE][i], cells_segment(lines, CELL_WRITE, i));
        EXPECT_EQ(each->segments[CELL_READ][i], cells_segment(lines, CELL_READ, i));
        EXPECT_EQ(expected & CELL_SEGMENT, second & CELL_SEGMENT);
        if (!is_ordered(order, expected & CELL_SEGMENT))
            EXPECT_EQ(expected, second);
    }
}

static void copy_cells(struct cells *to, const struct cells *from)
{
    cells_spread(to, 0, CELLS - 1);
    for (unsigned role = 0; role < CELL_ROLES; role++) {
        memcpy(to->segments[role], from->segments[role], CELLS * sizeof(uint32_t));
        memcpy(to->marks[role], from->marks[role], CELLS * sizeof(uint32_t));
    }
}

static void expect_same_marks(struct cells *lines, const struct cells *each)
{
    cells_spread(lines, 0, CELLS - 1);
    for (size_t i = 0; i < CELLS; i++)
        for (unsigned role = 0; role < CELL_ROLES; role++)
            EXPECT_EQ(each->marks[role][i], lines->marks[role][i]);
}

/* As race_run.c does: a whole line at a glance, where that is enough. */
static bool enter_line_first(struct cells *cells, const struct order_view *order,
                             const struct cell_run *run, bool writes, unsigned *glances)
{
    const size_t number = run->first / CELL_LINE;

    if (run->first % CELL_LINE == 0 && run->count == CELL_LINE &&
        (writes ? cells_line_write : cells_line_read)(cells, number, order, run)) {
        ++*glances;
        return true;
    }
    return (writes ? cells_write : cells_read)(cells, order, run);
}

VGPU_UNIT_TEST(cell_lines, tell_what_cells_would_tell)
{
    const struct cells_way *const way = cells_way(0);
    unsigned wholes = 0, glances = 0;

    for (uint32_t seed = 1; seed <= 300; seed++) {
        uint32_t state = seed;
        struct cells lines, each;

        ASSERT_TRUE(cells_create(&lines, CELLS * 4, 2));
        ASSERT_TRUE(cells_create(&each, CELLS * 4, 2));
        for (uint32_t time = 0; time < 200; time++) {
            const struct order_view order = view_at(time, &state);
            const struct cell_run run = run_at(&order, seed % 2, &state);
            const bool writes = next_random(&state) % 3 == 0;
            const bool is_good = (writes ? way->write : way->read)(&each, &order, &run);

            if (cells_know(&lines, &order, &run))
                EXPECT_TRUE(writes || is_good);
            EXPECT_EQ(is_good, enter_line_first(&lines, &order, &run, writes, &glances));
            if (is_good)
                expect_same_cells(&lines, &each, &order);
            else
                copy_cells(&lines, &each);
            wholes += lines.spread[run.first / CELL_LINE] != CELL_SPREAD;
        }
        expect_same_marks(&lines, &each);
        cells_destroy(&lines);
        cells_destroy(&each);
    }
    EXPECT_GT(wholes, 5000); /* else it was no test of them */
    EXPECT_GT(glances, 300);
}

VGPU_UNIT_TEST(cell_lines, keep_what_they_hold_where_cells_are_refined)
{
    const struct cell_run whole = {32, 32, 7, 100, 0, 0}, part = {70, 5, 8, 200, 0, 0};
    struct cells cells;

    ASSERT_TRUE(cells_create(&cells, CELLS * 4, 2));
    EXPECT_TRUE(cells_write(&cells, &(struct order_view){1, 1, 0, 1, 1, 0}, &whole));
    EXPECT_TRUE(cells_write(&cells, &(struct order_view){1, 1, 0, 1, 1, 0}, &part));
    EXPECT_EQ(0, cells.spread[1]);
    ASSERT_TRUE(cells_refine(&cells, 0));
    for (size_t i = 0; i < 4 * CELLS; i++) {
        const size_t cell = i / 4;
        const uint32_t mark =
            cell >= 64 ? 200 + (uint32_t)cell - 70 : 100 + (uint32_t)cell - 32;
        const uint32_t segment = cell >= 32 && cell < 64   ? 7
                                 : cell >= 70 && cell < 75 ? 8
                                                           : 0;

        EXPECT_EQ(segment, cells_segment(&cells, CELL_WRITE, i));
        if (segment)
            EXPECT_EQ(mark, cells.marks[CELL_WRITE][i]);
    }
    cells_destroy(&cells);
}
