/* SPDX-License-Identifier: MIT */
/* `vgpu break` and the commands that it gives gdb, in runs of gdb without a person. */
#include "gdb_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef GDB

static void start(struct gdb_session *session)
{
    gdb_start(session, "-e", (const char *const[]){VGPU, "break", "--batch", NULL});
}

static void run_on(struct gdb_session *session, const char *devices, const char *mode)
{
    gdb_run(session, (const char *const[]){devices, mode, "DEBUGINFOD_URLS",
                                           "VGPU_KERNELS", NULL});
}

static void run_in(struct gdb_session *session, const char *mode)
{
    run_on(session, "VGPU_DEVICES=cu=1", mode);
}

/* Each text stands behind the one before. */
static void expect_all(const struct gdb_session *session, const char *const texts[])
{
    const char *at = gdb_said(session);

    for (size_t i = 0; texts[i]; i++) {
        const char *const found = strstr(at, texts[i]);

        if (!found) {
            VGPU_FAIL("gdb does not say '%s', or not behind what should come first\n%s%s",
                      texts[i], gdb_said(session), gdb_complained(session));
            return;
        }
        at = found + strlen(texts[i]);
    }
}

VGPU_UNIT_TEST(vgpu_break, stops_in_a_work_item_of_a_plain_kernel_in_C)
{
    char point[64];
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    snprintf(point, sizeof point, "twice:21:%d",
             gdb_line_with(INSPECTED_SOURCE, "/* twice */"));
    start(&s);
    gdb_command(&s, "print i");
    gdb_command(&s, "print value");
    gdb_command(&s, "vgpu item");
    gdb_command(&s, "vgpu group");
    gdb_command(&s, "vgpu local");
    gdb_command(&s, "continue");
    gdb_word(&s, point);
    gdb_word(&s, INSPECTED);
    run_in(&s, "VGPU_COMPILER");
    expect_all(&s, (const char *const[]){
                       "Work-item (21) of kernel twice, local id (5) in work-group (1)\n",
                       "\n$1 = 21\n$2 = 21\n", "kernel       twice\n",
                       "global id    (21) of (64)\n", "local id     (5) of (16)\n",
                       "group id     (1) of (4)\n", "sub-group    0, local id 5 in it\n",
                       "work-group (1) of kernel twice: 16 work-items\n",
                       "  local id (0) to (4): ended\n", "  local id (5): running",
                       "  local id (6) to (15): not begun\n", "has no __local memory",
                       "all right", NULL});
    gdb_end(&s);
}

VGPU_UNIT_TEST(vgpu_break, shows_where_the_items_of_a_barrier_kernel_in_C_wait)
{
    const int barrier_line = gdb_line_with(INSPECTED_SOURCE, "the barrier");
    char point[64], waits[96], goes_on[96];
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    snprintf(point, sizeof point, "turned:18:%d",
             gdb_line_with(INSPECTED_SOURCE, "behind it"));
    snprintf(waits, sizeof waits, "  local id (0) to (1): ended\n");
    snprintf(goes_on, sizeof goes_on,
             "  local id (3) to (15): about to go on behind the barrier of line %d\n",
             barrier_line);
    start(&s);
    gdb_command(&s, "print mirrored");
    gdb_command(&s, "vgpu group");
    gdb_command(&s, "continue");
    gdb_word(&s, point);
    gdb_word(&s, INSPECTED);
    run_in(&s, "VGPU_COMPILER");
    expect_all(&s, (const char *const[]){"Work-item (18) of kernel turned", "behind it",
                                         "\n$1 = 13\n", waits, "(2): running", goes_on,
                                         "all right", NULL});
    gdb_end(&s);
}

VGPU_UNIT_TEST(vgpu_break, stops_before_the_work_group_of_a_group_kernel)
{
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    start(&s);
    gdb_command(&s, "backtrace 1");
    gdb_command(&s, "vgpu item");
    gdb_word(&s, "negated:40");
    gdb_word(&s, INSPECTED);
    run_in(&s, "VGPU_COMPILER");
    expect_all(&s, (const char *const[]){
                       "Work-item (40) of kernel negated, local id (8) in work-group (2)",
                       "Its work-group is about to begin",
                       "#0  vgpu_kernel_body_negated (", NULL});
    gdb_end(&s);
}

VGPU_UNIT_TEST(vgpu_break, says_that_a_work_item_did_not_come_to_a_line)
{
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    start(&s);
    gdb_command(&s, "continue");
    gdb_word(&s, "turned:18:1000");
    gdb_word(&s, INSPECTED);
    run_in(&s, "VGPU_COMPILER");
    expect_all(&s, (const char *const[]){"Work-item (18) of kernel turned",
                                         "has ended without coming to line 1000.\n",
                                         "all right", NULL});
    gdb_end(&s);
}

VGPU_UNIT_TEST(vgpu_break, stops_in_each_of_several_work_items)
{
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    start(&s);
    gdb_command(&s, "continue");
    gdb_command(&s, "continue");
    gdb_command(&s, "continue");
    gdb_word(&s, "turned:3");
    gdb_word(&s, "twice:1");
    gdb_word(&s, "twice:33");
    gdb_word(&s, INSPECTED);
    run_in(&s, "VGPU_COMPILER");
    expect_all(&s, (const char *const[]){
                       "Work-item (1) of kernel twice", "Work-item (33) of kernel twice",
                       "Work-item (3) of kernel turned", "all right", NULL});
    gdb_end(&s);
}

VGPU_UNIT_TEST(vgpu_break, lists_buffers_and_shows_their_contents)
{
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    start(&s);
    gdb_command(&s, "vgpu buffers");
    gdb_command(&s, "vgpu buffers 1 --type=int --count=20");
    gdb_command(&s, "vgpu buffers data --type=int --offset=62 --columns=4");
    gdb_command(&s, "vgpu buffers 7");
    gdb_word(&s, "twice:0");
    gdb_word(&s, INSPECTED);
    run_in(&s, "VGPU_COMPILER");
    expect_all(&s, (const char *const[]){
                       "buffer 1: 256 bytes at 0x", "use-host-ptr",
                       "       0:            0            1            2",
                       "      16:           16           17           18", "... 44 more",
                       "      62:           62           63\n", NULL});
    EXPECT_CONTAINS(gdb_complained(&s), "0x7 is no buffer");
    gdb_end(&s);
}

/* The program's own numbers are elsewhere: what is shown is the device's copy. */
VGPU_UNIT_TEST(vgpu_break, shows_buffers_in_the_memory_of_their_device)
{
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    start(&s);
    gdb_command(&s, "vgpu buffers");
    gdb_command(&s, "vgpu buffers 1 --type=int --offset=62 --columns=4");
    gdb_word(&s, "twice:0");
    gdb_word(&s, INSPECTED);
    run_on(&s, "VGPU_DEVICES=cu=1,memory=separate", "VGPU_COMPILER");
    expect_all(&s, (const char *const[]){"buffer 1: 256 bytes at 0x", "use-host-ptr",
                                         "      62:           62           63\n", NULL});
    gdb_end(&s);
}

VGPU_UNIT_TEST(vgpu_break, says_before_the_program_runs_that_there_is_nothing_to_read)
{
    const char *const argv[] = {VGPU, "break",     "--batch", "-e",      "kill",
                                "-e", "vgpu item", "twice:0", INSPECTED, NULL};
    struct vgpu_test_process process;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    process = vgpu_test_spawn(argv, NULL);
    EXPECT_TRUE(process.err && strstr(process.err, "the program is not running"));
    vgpu_test_process_fini(&process);
}

#ifdef DEBUGGEE

/* `vgpu break` of kernels.cl, or of a file with the same kernels. */
static void finish_with(struct gdb_session *session, const char *point,
                        const char *kernels)
{
    gdb_word(session, point);
    gdb_word(session, DEBUGGEE);
    gdb_word(session, kernels);
    gdb_word(session, "-w");
    gdb_word(session, kernels);
    run_in(session, "VGPU_COMPILER=opencl-c");
}

VGPU_UNIT_TEST(vgpu_break, shows_locals_of_a_work_item_in_OpenCL_C)
{
    char point[64];
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    snprintf(point, sizeof point, "scale:21:%d", gdb_line_with(KERNELS, "scaled(value"));
    start(&s);
    gdb_command(&s, "info locals");
    gdb_command(&s, "print data[i]");
    gdb_command(&s, "vgpu item");
    gdb_command(&s, "continue");
    finish_with(&s, point, KERNELS);
    expect_all(&s,
               (const char *const[]){"Work-item (21) of kernel scale", "scale (data=0x",
                                     "scaled(value, factor)", "value = 21\n", "i = 21\n",
                                     "$1 = 21\n", "global id    (21) of (64)\n", NULL});
    gdb_end(&s);
}

VGPU_UNIT_TEST(vgpu_break, shows_local_memory_and_the_rest_of_the_group)
{
    char waits[96];
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    snprintf(waits, sizeof waits,
             "  local id (0) to (1): waiting at the barrier of line %d\n",
             gdb_line_with(KERNELS, "barrier("));
    start(&s);
    gdb_command(&s, "vgpu group");
    gdb_command(&s, "vgpu local --type=float --count=2");
    finish_with(&s, "turn:18", KERNELS);
    expect_all(&s, (const char *const[]){"Work-item (18) of kernel turn", waits,
                                         "(2): running", "(3) to (15): not begun",
                                         "128 bytes of local memory\n",
                                         "       0:           48           51\n", NULL});
    gdb_end(&s);
}

/* Of data that `scale` has multiplied by 3. */
VGPU_UNIT_TEST(vgpu_break, shows_local_variables_by_their_names)
{
    char point[64];
    struct gdb_session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    if (!VGPU_LOCALS_ARE_SHOWN)
        VGPU_SKIP("LLVM before 17 shows them as optimized out");
    snprintf(point, sizeof point, "turn:18:%d",
             gdb_line_with(LOCAL_KERNELS, "all is there"));
    start(&s);
    gdb_command(&s, "info locals");
    gdb_command(&s, "print row[15]");
    gdb_command(&s, "print whole.last[1]");
    gdb_command(&s, "print tile[2]");
    gdb_command(&s, "continue");
    finish_with(&s, point, LOCAL_KERNELS);
    expect_all(&s, (const char *const[]){"row = {48, 51, 54,", "whole = {items = 16,",
                                         "l = 2\n", "$1 = 93\n", "$2 = 0.5\n",
                                         "$3 = 87\n", NULL});
    gdb_end(&s);
}
#endif
#endif

VGPU_UNIT_TEST(vgpu_break, refuses_what_it_cannot_read)
{
    static const struct {
        const char *first, *second, *text;
        int status;
    } rows[] = {
        {NULL, NULL, "a work-item and a program are missing", 64},
        {"twice", INSPECTED, "'twice' is no work-item: it ends too early", 64},
        {"twice:", INSPECTED, "it ends too early", 64},
        {"twice:1,2,3,4", INSPECTED, "there is ',4' where it should go on or end", 64},
        {"twice:1", NULL, "the program to run is missing", 64},
        {"twice:1", "./no/such/program", "cannot be run: No such file", EXIT_FAILURE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const argv[] = {VGPU, "break", rows[i].first, rows[i].second, NULL};
        struct vgpu_test_process process = vgpu_test_spawn(argv, NULL);

        EXPECT_EQ(rows[i].status, process.status);
        if (!process.err || !strstr(process.err, rows[i].text))
            VGPU_FAIL("`vgpu break` does not say '%s' but\n%s", rows[i].text,
                      process.err ? process.err : "");
        vgpu_test_process_fini(&process);
    }
}

VGPU_UNIT_TEST(vgpu_break, says_that_gdb_is_missing)
{
    const char *const argv[] = {VGPU, "break", "twice:1", INSPECTED, NULL};
    const char *const environment[] = {"PATH=/nonexistent", NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, environment);

    EXPECT_EQ(EXIT_FAILURE, process.status);
    EXPECT_TRUE(process.err && strstr(process.err, "install it (package gdb)"));
    vgpu_test_process_fini(&process);
}
