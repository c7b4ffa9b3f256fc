/* SPDX-License-Identifier: MIT */
/* VGPU_TRACE: files that are too small, or cannot be. */
#define _GNU_SOURCE
#include "trace_text.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

VGPU_UNIT_TEST(VGPU_TRACE_BYTES, keeps_the_newest_part_and_says_what_was_dropped)
{
    struct traced traced = traced_run("of_many_launches", "VGPU_TRACE_BYTES=256K");
    const json_t *const note = trace_find(traced.events, "i", NULL, "not in this trace");
    const size_t kept = trace_count(traced.events, "X", "command", NULL) +
                        trace_count(traced.events, "X", "work-groups", NULL);
    struct stat status;

    EXPECT_EQ(0, traced.process.status);
    EXPECT_EQ(0, stat(traced.path, &status));
    EXPECT_LE(status.st_size, 256 << 10);
    EXPECT_CONTAINS(traced.process.err, "reached its limit");
    EXPECT_CONTAINS(traced.process.err, "VGPU_TRACE_BYTES");
    trace_expect_sound(traced.events);
    EXPECT_TRUE(trace_command(traced.events, "10000 of queue 1") != NULL);
    EXPECT_TRUE(trace_command(traced.events, "1 of queue 1") == NULL);
    EXPECT_GT(kept, 300);
    EXPECT_LE(20000, (long long)kept +
                         json_integer_value(trace_arg(note, "older slices dropped")) +
                         json_integer_value(trace_arg(note, "events lost")));
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE_BYTES, that_are_no_size_are_told)
{
    static const char *const wrong[] = {"VGPU_TRACE_BYTES=much", "VGPU_TRACE_BYTES=4K",
                                        "VGPU_TRACE_BYTES=-1"};

    for (size_t i = 0; i < 3; i++) {
        struct traced traced = traced_run("small", wrong[i]);

        EXPECT_EQ(0, traced.process.status);
        EXPECT_CONTAINS(traced.process.err, wrong[i] + strlen("VGPU_TRACE_BYTES="));
        EXPECT_CONTAINS(traced.process.err, "256M is taken");
        traced_fini(&traced);
    }
}

static void expect_refused(const char *path, const char *reason)
{
    char variable[256];
    const char *const environment[] = {variable, NULL};
    struct vgpu_test_process process;

    snprintf(variable, sizeof variable, "VGPU_TRACE=%s", path);
    process = vgpu_test_spawn_self("program.small", environment);
    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, path);
    EXPECT_CONTAINS(process.err, reason);
    EXPECT_CONTAINS(process.err, "nothing is traced");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(VGPU_TRACE, that_cannot_be_written_is_told)
{
    expect_refused("no-such-folder/trace.json", "No such file or directory");
    expect_refused(".", "Is a directory");
    expect_refused("/dev/null", "it is no regular file");
    unlink("events-pipe");
    ASSERT_EQ(0, mkfifo("events-pipe", 0600));
    expect_refused("events-pipe", "it is no regular file");
    unlink("events-pipe");
}

VGPU_UNIT_TEST(VGPU_TRACE, ends_where_the_file_may_not_grow)
{
    struct traced traced = traced_run("that_may_write_little", NULL);

    EXPECT_EQ(0, traced.process.status);
    EXPECT_CONTAINS(traced.process.err, "cannot be written any more: File too large");
    trace_expect_sound(traced.events);
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, leaves_the_trace_of_another_process_alone)
{
    const char *const environment[] = {"VGPU_TRACE=events-taken.json", NULL};
    const int file =
        open("events-taken.json", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    struct vgpu_test_process process;
    char text[8] = "";
    glob_t found;

    ASSERT_TRUE(file >= 0);
    ASSERT_EQ(0, flock(file, LOCK_EX));
    ASSERT_EQ(5, write(file, "mine\n", 5));
    process = vgpu_test_spawn_self("program.small", environment);
    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, "is being written by another process");
    EXPECT_EQ(5, pread(file, text, sizeof text, 0));
    ASSERT_EQ(0, glob("events-taken.*.json", 0, NULL, &found));
    for (size_t i = 0; i < found.gl_pathc; i++) {
        json_t *const events = trace_read(found.gl_pathv[i]);

        trace_expect_sound(events);
        json_decref(events);
        unlink(found.gl_pathv[i]);
    }
    globfree(&found);
    vgpu_test_process_fini(&process);
    close(file);
    unlink("events-taken.json");
}

VGPU_UNIT_TEST(VGPU_TRACE, puts_the_process_number_into_the_name)
{
    const char *const environment[] = {"VGPU_TRACE=events-%p-own.json", NULL};
    struct vgpu_test_process process = vgpu_test_spawn_self("program.small", environment);
    glob_t found;

    EXPECT_STREQ("", process.err);
    ASSERT_EQ(0, glob("events-*-own.json", 0, NULL, &found));
    for (size_t i = 0; i < found.gl_pathc; i++)
        unlink(found.gl_pathv[i]);
    globfree(&found);
    vgpu_test_process_fini(&process);
}
