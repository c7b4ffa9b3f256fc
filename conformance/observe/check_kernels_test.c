/* SPDX-License-Identifier: MIT */
/* The checks on kernels in OpenCL C: each mistake of a set is found on the line that is
 * marked with `// BUG: <check>`, and nothing is found elsewhere, nor in kernels that are
 * correct. */
#include "vgpu_test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_KERNELS 128
#define MAX_LINES   256

/* For each line of the source the checks that it is marked with: a bit each. */
static const char *const checks[] = {"memory", "race", "barrier", "uninit"};
enum { CHECKS = 4 };

struct source {
    unsigned marks[MAX_LINES];
    unsigned expected; /* checks that some line is marked with */
};

static void read_marks(const char *path, struct source *source)
{
    char text[512];
    FILE *file = fopen(path, "r");

    memset(source, 0, sizeof *source);
    for (unsigned line = 1; file && fgets(text, sizeof text, file) && line < MAX_LINES;
         line++) {
        const char *mark = strstr(text, "// BUG: ");
        for (unsigned i = 0; mark && i < CHECKS; i++)
            if (strstr(mark, checks[i]))
                source->marks[line] |= 1u << i;
        source->expected |= source->marks[line];
    }
    if (file)
        fclose(file);
}

/* What a line of the output says was found; CHECKS: it says nothing of that. */
static unsigned check_of(const char *line)
{
    static const struct {
        const char *word;
        unsigned check;
    } words[] = {
        {"out of bounds", 0},        {"null pointer", 0},
        {"wild pointer", 0},         {"misaligned access", 0},
        {"write to a read-only", 0}, {"data race", 1},
        {"barrier divergence", 2},   {"read of memory that was never", 3},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(line, words[i].word, strlen(words[i].word)) == 0)
            return words[i].check;
    return CHECKS;
}

/* Each `FILE:LINE:COLUMN: kernel` behind a finding has to be marked with its check. */
static void compare(const char *name, const struct source *source, char *output)
{
    unsigned found = 0, check = CHECKS;
    char *save;
    const char *kernel;

    for (char *line = strtok_r(output, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        unsigned number = 0, column;

        if (strncmp(line, "vgpu: ", 6) == 0)
            check = check_of(line + 6);
        kernel = strstr(line, ": kernel \"k\"");
        if (check == CHECKS || !kernel || strncmp(line, "  ", 2) != 0)
            continue;
        while (kernel > line && *kernel != '\0' && strchr("0123456789:", kernel[-1]))
            kernel--;
        if (sscanf(kernel, ":%u:%u", &number, &column) != 2)
            VGPU_FAIL("%s: no place in \"%s\"", name, line);
        found |= 1u << check;
        if (number >= MAX_LINES || !(source->marks[number] & 1u << check))
            VGPU_FAIL("%s: %s found in line %u, which is not marked with it", name,
                      checks[check], number);
    }
    for (unsigned i = 0; i < CHECKS; i++)
        if ((source->expected & ~found) >> i & 1)
            VGPU_FAIL("%s: %s was not found", name, checks[i]);
}

/* The lines "NUMBER CHECK" of what the output says was found, each once, in order. */
static void gather(char *output, char *found, size_t room)
{
    unsigned seen[MAX_LINES] = {0}, number, check = CHECKS;
    size_t used = 0;
    char *save;

    for (char *line = strtok_r(output, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        const char *const place = strstr(line, ".cl:");

        if (strncmp(line, "vgpu: ", 6) == 0)
            check = check_of(line + 6);
        if (check < CHECKS && place && sscanf(place, ".cl:%u:", &number) == 1 &&
            number < MAX_LINES)
            seen[number] |= 1u << check;
    }
    found[0] = 0;
    for (number = 0; number < MAX_LINES; number++)
        for (check = 0; check < CHECKS; check++)
            if ((seen[number] >> check & 1) && used < room)
                used += (size_t)snprintf(found + used, room - used, "%u %s\n", number,
                                         checks[check]);
}

/* Which device: the machine's; or one with more units than most machines have cores. */
static const char *devices = "VGPU_DEVICES=";
#define MANY_UNITS "VGPU_DEVICES=cu=8"

static void run(const char *folder, const char *name)
{
    const char *const environment[] = {"VGPU_CHECK=memory,race,barrier,uninit",
                                       "NO_COLOR=1", devices, NULL};
    char path[512];
    const char *const argv[] = {VGPU_RUN_KERNEL, path, NULL};
    struct vgpu_test_process process;
    struct source source;

    snprintf(path, sizeof path, "%s/%s/%.100s", VGPU_KERNEL_FOLDER, folder, name);
    read_marks(path, &source);
    process = vgpu_test_spawn(argv, environment);
    if (process.status != 0)
        VGPU_FAIL("%s: exit status %d: %s", name, process.status, process.err);
    else if (!strstr(process.err, "vgpu: checks found"))
        VGPU_FAIL("%s: no summary in \"%s\"", name, process.err);
    else
        compare(name, &source, process.err);
    vgpu_test_process_fini(&process);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Runs the kernels of a folder whose names begin so; there must be some. */
static void run_all(const char *folder, const char *prefix, unsigned least)
{
    static char names[MAX_KERNELS][128];
    char path[512];
    const struct dirent *entry;
    unsigned count = 0;
    DIR *files;

    snprintf(path, sizeof path, "%s/%s", VGPU_KERNEL_FOLDER, folder);
    files = opendir(path);
    while (files && (entry = readdir(files)) != NULL && count < MAX_KERNELS)
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
            strstr(entry->d_name, ".cl"))
            snprintf(names[count++], sizeof names[0], "%.100s", entry->d_name);
    if (files)
        closedir(files);
    qsort(names, count, sizeof names[0], by_name);
    EXPECT_LE(least, count);
    for (unsigned i = 0; i < count; i++)
        run(folder, names[i]);
}

VGPU_UNIT_TEST(check_kernels, races_in_local_memory_are_found)
{
    run_all("buggy", "race_local", 12);
}

VGPU_UNIT_TEST(check_kernels, races_in_global_memory_are_found)
{
    run_all("buggy", "race_g", 16);
}

VGPU_UNIT_TEST(check_kernels, accesses_out_of_bounds_are_found)
{
    run_all("buggy", "memory", 22);
}

VGPU_UNIT_TEST(check_kernels, reads_of_what_was_never_written_are_found)
{
    run_all("buggy", "uninit", 7);
}

VGPU_UNIT_TEST(check_kernels, barriers_that_not_all_reach_are_found)
{
    run_all("buggy", "barrier", 7);
}

VGPU_UNIT_TEST(check_kernels, nothing_is_found_in_correct_kernels)
{
    run_all("correct", "", 32);
}

VGPU_UNIT_TEST(check_kernels, many_units_find_the_same_races)
{
    devices = MANY_UNITS;
    run_all("buggy", "race_groups", 8);
    devices = "VGPU_DEVICES=";
}

VGPU_UNIT_TEST(check_kernels, many_units_find_nothing_in_correct_kernels)
{
    devices = MANY_UNITS;
    run_all("correct", "", 32);
    devices = "VGPU_DEVICES=";
}

VGPU_UNIT_TEST(check_kernels, one_unit_and_many_find_races_on_the_same_lines_each_time)
{
    static const char *const names[] = {"barrier", "halo", "partial_sums", "same_place",
                                        "transpose_in_place"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[512], first[1024] = "", again[1024];
        const char *const argv[] = {VGPU_RUN_KERNEL, path, NULL};

        snprintf(path, sizeof path, "%s/buggy/race_groups_%s.cl", VGPU_KERNEL_FOLDER,
                 names[i]);
        for (unsigned turn = 0; turn < 4; turn++) {
            const char *const environment[] = {
                "VGPU_CHECK=race", turn == 0 ? "VGPU_DEVICES=cu=1" : MANY_UNITS, NULL};
            struct vgpu_test_process process = vgpu_test_spawn(argv, environment);

            gather(process.err, turn == 0 ? first : again, sizeof first);
            if (turn > 0)
                EXPECT_STREQ(first, again);
            vgpu_test_process_fini(&process);
        }
        EXPECT_TRUE(first[0] != 0);
    }
}
