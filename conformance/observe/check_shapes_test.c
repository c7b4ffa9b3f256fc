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

VGPU_UNIT_TEST(check_shapes, runs_of_any_length_enter_their_cells_and_no_others)
{
    const struct order_view view = {0, 0, 0, 0, 0};

    for (size_t count = 1; count <= 64; count++) {
        const struct cell_run write = {3, count, 7, 100, 1}, read = {3, count, 8, 200, 1};
        const struct order_view later = {8, 8, 0, 8, 1};
        struct cells cells;

        ASSERT_TRUE(cells_create(&cells, 128 * 4, 2));
        EXPECT_TRUE(cells_write(&cells, &(struct order_view){1, 1, 0, 1, 1}, &write));
        EXPECT_FALSE(cells_read(&cells, &view, &read));
        EXPECT_TRUE(cells_read(&cells, &later, &read));
        for (size_t i = 0; i < 80; i++) {
            const bool is_in = i >= 3 && i < 3 + count;

            EXPECT_EQ(is_in ? 7u : 0u, cells.segments[CELL_WRITE][i]);
            EXPECT_EQ(is_in ? 100u + (i - 3) / 2 : 0u, cells.marks[CELL_WRITE][i]);
            if (!is_in)
                EXPECT_EQ(0u, cells.segments[CELL_READ][i]);
            else
                EXPECT_EQ(200u + (i - 3) / 2, cells.marks[CELL_READ][i]);
        }
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
static void fill_at_random(struct cells *cells, uint32_t *state)
{
    for (unsigned role = CELL_READ; role <= CELL_READ2; role++)
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

VGPU_UNIT_TEST(check_shapes, reads_side_by_side_enter_as_one_by_one)
{
    const struct order_view view = {10, 20, 4, 20, 10};
    uint32_t state = 1;

    for (unsigned turn = 0; turn < 400; turn++) {
        const struct cell_run run = {0, 1 + next_random(&state) % 40, 25, 0x100, 5};
        struct cells many, single;

        ASSERT_TRUE(cells_create(&many, 64 * 4, 2));
        ASSERT_TRUE(cells_create(&single, 64 * 4, 2));
        fill_at_random(&many, &state);
        memcpy(single.block, many.block, many.block_bytes);
        EXPECT_TRUE(cells_read(&many, &view, &run));
        for (size_t i = 0; i < run.count; i++) {
            const struct cell_reads reads = cell_reads_of(&single, i);

            cell_enter_read(&reads, &view, run.segment, run.mark + (uint32_t)(i >> 5));
            EXPECT_EQ(*reads.first, many.segments[CELL_READ][i]);
            EXPECT_EQ(*reads.first_mark, many.marks[CELL_READ][i]);
            EXPECT_EQ(*reads.second_mark, many.marks[CELL_READ2][i]);
            EXPECT_EQ(second_read(&single, i, &view), second_read(&many, i, &view));
        }
        cells_destroy(&many);
        cells_destroy(&single);
    }
}
