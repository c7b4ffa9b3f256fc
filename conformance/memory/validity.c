/* SPDX-License-Identifier: MIT */
/* Which memories hold what: against an array with an entry for each byte. */
#include "object/validity.h"

#include "vgpu_test.h"

#include <stdlib.h>

#define SIZE     97
#define MEMORIES 4

static bool same(const struct vgpu_validity *validity, const unsigned *bytes)
{
    for (size_t at = 0; at < SIZE; at++) {
        const struct vgpu_piece piece = vgpu_validity_at(validity, at);

        if (piece.begin > at || piece.end <= at || (unsigned)piece.where != bytes[at])
            return false;
    }
    for (uint32_t i = 1; i < validity->count; i++)
        if (validity->extents[i].where == validity->extents[i - 1].where ||
            validity->extents[i].begin <= validity->extents[i - 1].begin)
            return false;
    return validity->extents[0].begin == 0;
}

static void check_questions(const struct vgpu_validity *validity, const unsigned *bytes,
                            size_t begin, size_t end)
{
    const vgpu_memories common = vgpu_validity_common(validity, begin, end);

    for (unsigned memory = 0; memory < MEMORIES; memory++) {
        struct vgpu_piece piece;
        size_t stale = begin;

        while (stale < end && (bytes[stale] == 0 || bytes[stale] >> memory & 1))
            stale++;
        EXPECT_EQ(stale == end, common >> memory & 1);
        ASSERT_EQ(stale < end,
                  vgpu_validity_next_stale(validity, begin, end, memory, &piece));
        if (stale == end)
            continue;
        EXPECT_EQ(stale, piece.begin);
        EXPECT_LE(piece.end, end);
        for (size_t i = piece.begin; i < piece.end; i++)
            ASSERT_EQ(bytes[i], (unsigned)piece.where);
    }
}

VGPU_UNIT_TEST(vgpu_validity, is_what_was_set_byte_by_byte)
{
    struct vgpu_validity validity;
    unsigned bytes[SIZE] = {0};

    srand(5);
    ASSERT_EQ(0, vgpu_validity_init(&validity, SIZE, 0));
    for (int turn = 0; turn < 20000; turn++) {
        const size_t a = (size_t)rand() % (SIZE + 1), b = (size_t)rand() % (SIZE + 1);
        const size_t begin = a < b ? a : b, end = a < b ? b : a;
        const unsigned gained = (unsigned)rand() % 16, lost = (unsigned)rand() % 16;
        const bool sets = rand() % 3 == 0;

        ASSERT_EQ(0, sets ? vgpu_validity_set(&validity, begin, end, gained)
                          : vgpu_validity_change(&validity, begin, end, gained, lost));
        for (size_t i = begin; i < end; i++)
            bytes[i] = sets ? gained : bytes[i] ? (bytes[i] | gained) & ~lost : 0;
        ASSERT_TRUE(same(&validity, bytes));
        check_questions(&validity, bytes, begin, end);
    }
    vgpu_validity_fini(&validity);
}

VGPU_UNIT_TEST(vgpu_validity, has_room_for_all_devices_and_the_host)
{
    const vgpu_memories last = VGPU_MEMORY_BIT(64);
    struct vgpu_validity validity;
    struct vgpu_piece piece;

    ASSERT_EQ(0, vgpu_validity_init(&validity, SIZE, last));
    EXPECT_TRUE(vgpu_validity_next_stale(&validity, 3, 9, 63, &piece));
    EXPECT_TRUE(piece.where == last);
    EXPECT_FALSE(vgpu_validity_next_stale(&validity, 3, 9, 64, &piece));
    vgpu_validity_fini(&validity);
}
