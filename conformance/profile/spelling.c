/* SPDX-License-Identifier: MIT */
/* The word that was probably meant. */
#include "vgpu_test.h"

#include "spelling.h"

#include <string.h>

VGPU_UNIT_TEST(spelling, distance_counts_what_has_to_be_done_to_the_letters)
{
    static const struct {
        const char *a, *b;
        unsigned distance;
    } cases[] = {{"", "", 0},
                 {"", "abc", 3},
                 {"abc", "", 3},
                 {"abc", "ABC", 0},
                 {"abc", "abd", 1},
                 {"abc", "ab", 1},
                 {"abc", "xabc", 1},
                 {"abc", "bac", 1},
                 {"memroy", "memory", 1},
                 {"kitten", "sitting", 3},
                 {"ca", "abc", 3}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EXPECT_EQ(cases[i].distance,
                  vgpu_spelling_distance(cases[i].a, strlen(cases[i].a), cases[i].b));
        EXPECT_EQ(cases[i].distance,
                  vgpu_spelling_distance(cases[i].b, strlen(cases[i].b), cases[i].a));
    }
}

VGPU_UNIT_TEST(spelling, nearest_is_near_or_none)
{
    static const char *const words[] = {"name", "memory", "cu", "M", NULL};
    char text[200];

    EXPECT_EQ(0, vgpu_spelling_nearest("nam", 3, words));
    EXPECT_EQ(1, vgpu_spelling_nearest("memroy", 6, words));
    EXPECT_EQ(2, vgpu_spelling_nearest("CU", 2, words));
    EXPECT_EQ(3, vgpu_spelling_nearest("MB", 2, words));
    EXPECT_EQ(-1, vgpu_spelling_nearest("", 0, words));
    EXPECT_EQ(-1, vgpu_spelling_nearest("x", 1, words));
    EXPECT_EQ(-1, vgpu_spelling_nearest("latency", 7, words));
    memset(text, 'm', sizeof text);
    EXPECT_EQ(-1, vgpu_spelling_nearest(text, sizeof text, words));
}
