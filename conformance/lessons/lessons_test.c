/* SPDX-License-Identifier: MIT */
/* docs/lessons/: what the text says is so. */
#include "lesson_text.h"
#include "vgpu_test.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* LESSON(sentence, file) - the lesson has commands that run, and figures that are right.
 */
#define LESSON(sentence, file)                                        \
    VGPU_UNIT_TEST(lesson, sentence)                                  \
    {                                                                 \
        const struct lesson_counts counts = lesson_text_follow(file); \
                                                                      \
        EXPECT_GE(counts.commands, 1);                                \
        EXPECT_GE(counts.figures, 3);                                 \
    }
#define LESSONS(LESSON)                                                \
    LESSON(work_items_is_as_the_text_says, "01-work-items.md")         \
    LESSON(lock_step_is_as_the_text_says, "02-lock-step.md")           \
    LESSON(memories_is_as_the_text_says, "03-memories.md")             \
    LESSON(coalescing_is_as_the_text_says, "04-coalescing.md")         \
    LESSON(bank_conflicts_is_as_the_text_says, "05-bank-conflicts.md") \
    LESSON(divergence_is_as_the_text_says, "06-divergence.md")         \
    LESSON(barriers_is_as_the_text_says, "07-barriers.md")             \
    LESSON(reductions_is_as_the_text_says, "08-reductions.md")         \
    LESSON(occupancy_is_as_the_text_says, "09-occupancy.md")           \
    LESSON(atomics_is_as_the_text_says, "10-atomics.md")               \
    LESSON(two_gpus_is_as_the_text_says, "11-two-gpus.md")             \
    LESSON(reading_a_report_is_as_the_text_says, "12-reading-a-report.md")

LESSONS(LESSON)

VGPU_UNIT_TEST(lesson, every_one_is_tried)
{
#define NAME(sentence, file) file,
    static const char *const names[] = {LESSONS(NAME)};
    DIR *const folder = opendir(VGPU_LESSONS);
    const struct dirent *entry;

    ASSERT_TRUE(folder);
    while ((entry = readdir(folder))) {
        bool is_tried =
            strcmp(entry->d_name, "README.md") == 0 || entry->d_name[0] == '.';

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            is_tried |= strcmp(entry->d_name, names[i]) == 0;
        if (!is_tried)
            VGPU_FAIL("no test goes through docs/lessons/%s", entry->d_name);
    }
    closedir(folder);
}

/* Correct kernels, all of them, and a host that releases what it makes. */
static void try_checks(const char *program)
{
    char path[512];
    const char *const argv[] = {path, NULL};
    static const char *const environment[] = {"VGPU_CHECK=all,fatal",
                                              "VGPU_DEVICES=cu=1;cu=1", NULL};
    struct vgpu_test_process process;

    snprintf(path, sizeof path, "%s/%.200s", VGPU_BINARIES, program);
    process = vgpu_test_spawn(argv, environment);
    if (process.status != 0)
        VGPU_FAIL("%s: exit status %d: %s", program, process.status, process.err);
    EXPECT_CONTAINS(process.err, "found nothing wrong");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(lesson, programs_pass_all_checks)
{
    DIR *const folder = opendir(VGPU_BINARIES);
    const struct dirent *entry;
    unsigned count = 0;

    ASSERT_TRUE(folder);
    while ((entry = readdir(folder)))
        if (strncmp(entry->d_name, "lesson_", 7) == 0) {
            try_checks(entry->d_name);
            count++;
        }
    closedir(folder);
    EXPECT_EQ(12, count);
}

VGPU_UNIT_TEST(lesson, the_way_in_is_as_the_text_says)
{
    EXPECT_GE(lesson_text_follow("README.md").commands, 1);
}
