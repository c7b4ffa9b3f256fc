/* SPDX-License-Identifier: MIT */
/* VGPU_LOG: what is said at each level, and where. */
#include "vgpu_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct vgpu_test_process run(const char *program, const char *log)
{
    const char *const environment[] = {log, "VGPU_DEVICES=cu=2", NULL};
    struct vgpu_test_process process = vgpu_test_spawn_self(program, environment);

    EXPECT_EQ(0, process.status);
    return process;
}

VGPU_UNIT_TEST(VGPU_LOG, tells_of_objects_and_of_each_command)
{
    static const char *const lines[] = {
        "info: device 0: ",
        "info: context 1 made",
        "info: queue 1 made, on device 0: in order",
        "info: queue 2 made, on device 0: out of order",
        "info: buffer 1 made: 4096 bytes in context 1",
        "debug: command 1 of queue 1: fill buffer, 4096 bytes from a pattern to buffer 2",
        "debug: command 2 of queue 1: write buffer, 4096 bytes from host memory to "
        "buffer "
        "1 \"the \"sums\"\"",
        "debug: command 3 of queue 1: kernel events_add, 1024 work-items in groups of "
        "64; "
        "registered, a loop over work-items",
        "debug: command 1 of queue 2: kernel events_add, 1024 work-items in groups of "
        "64; "
        "registered, a loop over work-items; waits for user event 1",
        "debug: user event 1 set",
        "debug: command 4 of queue 2 (marker) ended: ",
        "info: queue 2 gone, after 5 commands",
        "info: buffer 1 \"the \"sums\"\" gone: 4096 bytes",
    };
    struct vgpu_test_process process = run("program.small", "VGPU_LOG=debug");

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        EXPECT_CONTAINS(process.err, lines[i]);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(VGPU_LOG, keeps_to_its_level)
{
    struct vgpu_test_process process = run("program.small", "VGPU_LOG=info");

    EXPECT_CONTAINS(process.err, " info: ");
    EXPECT_TRUE(strstr(process.err, " debug: ") == NULL);
    vgpu_test_process_fini(&process);

    process = run("program.small", "VGPU_LOG=error");
    EXPECT_STREQ("", process.err);
    vgpu_test_process_fini(&process);

    process = run("program.with_a_command_that_fails", "VGPU_LOG=error");
    EXPECT_CONTAINS(process.err, "error: user event 1 (user) failed with error -7");
    EXPECT_CONTAINS(process.err, "error: command 1 of queue 1 (marker) failed with error "
                                 "-14: something that it waited for failed");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(VGPU_LOG, warns_of_a_user_event_that_nobody_can_set)
{
    struct vgpu_test_process process =
        run("program.that_forgets_a_user_event", "VGPU_LOG=warning");

    EXPECT_CONTAINS(process.err, "warning: user event 1 was released before it was set");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(VGPU_LOG, is_added_to_a_file)
{
    static char text[1 << 16];
    struct vgpu_test_process process;
    FILE *file;

    unlink("events-log.txt");
    for (int i = 0; i < 2; i++) {
        process = run("program.small", "VGPU_LOG=info,file=events-log.txt");
        EXPECT_STREQ("", process.err);
        vgpu_test_process_fini(&process);
    }
    file = fopen("events-log.txt", "r");
    ASSERT_TRUE(file != NULL);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    EXPECT_CONTAINS(text, "queue 1 made");
    EXPECT_CONTAINS(strstr(text, "queue 1 made") + 1, "queue 1 made");
    unlink("events-log.txt");
}

VGPU_UNIT_TEST(VGPU_LOG, that_is_wrong_is_told)
{
    struct vgpu_test_process process = run("program.small", "VGPU_LOG=loud");

    EXPECT_CONTAINS(process.err, "VGPU_LOG: 'loud' is no level (error, warning, info or "
                                 "debug)");
    vgpu_test_process_fini(&process);
    process = run("program.small", "VGPU_LOG=info,colour");
    EXPECT_CONTAINS(process.err, "VGPU_LOG: 'info,colour' is no level");
    vgpu_test_process_fini(&process);
    process = run("program.small", "VGPU_LOG=info,file=no-such-folder/log");
    EXPECT_CONTAINS(process.err, "no-such-folder/log cannot be written: No such file");
    EXPECT_CONTAINS(process.err, "info: queue 1 made");
    vgpu_test_process_fini(&process);
}
