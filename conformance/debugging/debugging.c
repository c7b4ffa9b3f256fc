/* SPDX-License-Identifier: MIT */
/* Kernels built with -g, under gdb: where it stops, and what it shows there. */
#include "gdb_session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const modes[] = {"VGPU_KERNEL_MODE=lockstep", "VGPU_KERNEL_MODE=plain",
                                    "VGPU_KERNEL_MODE=fiber"};
#define MODES (sizeof modes / sizeof *modes)

/* A run of the debuggee under gdb. */
struct session {
    const char *mode;    /* an environment setting */
    const char *options; /* of clBuildProgram */
    const char *name;    /* what a #line directive calls the source; "": none does */
    struct gdb_session gdb;
};

/* The number of the line of kernels.cl that has these words. */
static int line_with(const char *words)
{
    return gdb_line_with(KERNELS, words);
}

static void start(struct session *session, const char *mode, const char *options,
                  const char *name)
{
    *session = (struct session){.mode = mode, .options = options, .name = name};
    gdb_start(&session->gdb, "-ex", (const char *const[]){GDB, "-nx", "-batch", NULL});
    gdb_command(&session->gdb, "set breakpoint pending on");
    gdb_command(&session->gdb, "set width 0");
}

static void run(struct session *session)
{
    gdb_command(&session->gdb, "kill");
    gdb_word(&session->gdb, "--args");
    gdb_word(&session->gdb, DEBUGGEE);
    gdb_word(&session->gdb, KERNELS);
    gdb_word(&session->gdb, session->options);
    gdb_word(&session->gdb, session->name);
    gdb_run(&session->gdb,
            (const char *const[]){"VGPU_DEVICES=cu=1", "VGPU_COMPILER=opencl-c",
                                  "DEBUGINFOD_URLS", session->mode, NULL});
}

__attribute__((format(printf, 2, 3))) static void expect(const struct session *session,
                                                         const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!strstr(gdb_said(&session->gdb), text))
        VGPU_FAIL("%s, options '%s': gdb does not say '%s'\n%s\n%s", session->mode,
                  session->options, text, gdb_said(&session->gdb),
                  gdb_complained(&session->gdb));
}

static void expect_not(const struct session *session, const char *text)
{
    if (strstr(gdb_said(&session->gdb), text) ||
        strstr(gdb_complained(&session->gdb), text))
        VGPU_FAIL("%s, options '%s': gdb says '%s'\n%s", session->mode, session->options,
                  text, gdb_said(&session->gdb));
}

/* "hit Breakpoint 1, scale (data=0x...", or, where the line is at several places, "hit
 * Breakpoint 1.2, scale (...". */
static void expect_stop(const struct session *session, const char *breakpoint,
                        const char *function)
{
    const char *at = gdb_said(&session->gdb);
    const size_t length = strlen(function);

    while ((at = strstr(at, "hit "))) {
        at += strlen("hit ");
        if (strncmp(at, breakpoint, strlen(breakpoint)) != 0)
            continue;
        at += strlen(breakpoint);
        at += strspn(at, ".0123456789");
        if (strncmp(at, ", ", 2) == 0 && strncmp(at + 2, function, length) == 0 &&
            at[2 + length] == ' ')
            return;
    }
    VGPU_FAIL("%s: gdb does not stop in '%s' at '%s'\n%s", session->mode, function,
              breakpoint, gdb_said(&session->gdb));
}

VGPU_UNIT_TEST(debugging, the_program_is_right_without_gdb)
{
    for (size_t m = 0; m < MODES; m++) {
        const char *const argv[] = {DEBUGGEE, KERNELS, "-g", "", NULL};
        const char *const environment[] = {modes[m], NULL};
        struct vgpu_test_process process = vgpu_test_spawn(argv, environment);

        EXPECT_EQ(0, process.status);
        vgpu_test_process_fini(&process);
    }
}

VGPU_UNIT_TEST(debugging, gdb_stops_at_a_line_of_a_kernel_and_shows_it_in_each_mode)
{
    const int line = line_with("scaled(value");

    GDB_SKIP_WITHOUT_TRACE(GDB);
    for (size_t m = 0; m < MODES; m++) {
        struct session s;

        start(&s, modes[m], "-g", "");
        gdb_command(&s.gdb, "break scale");
        gdb_command(&s.gdb, "run");
        gdb_command(&s.gdb, "delete");
        gdb_command(&s.gdb, "break %d", line);
        gdb_command(&s.gdb, "continue");
        gdb_command(&s.gdb, "backtrace");
        gdb_command(&s.gdb, "list");
        gdb_command(&s.gdb, "info line %d", line);
        run(&s);
        expect_stop(&s, "Breakpoint 1", "scale");
        expect_stop(&s, "Breakpoint 2", "scale");
        expect(&s, "\n#0  scale (data=");
        expect(&s, " at scale-");
        expect(&s, ".cl:%d\n%d\t        data[i] = scaled(value, factor);", line, line);
        expect_not(&s, "Backtrace stopped");
        expect_not(&s, "?? ()");
        expect(&s, "\n%d\t    if (i < n) {", line_with("if (i < n)"));
        expect(&s, "\nLine %d of \"", line);
        gdb_end(&s.gdb);
    }
}

VGPU_UNIT_TEST(debugging, a_source_that_names_itself_is_found_by_file_and_line)
{
    const int line = line_with("float product");

    GDB_SKIP_WITHOUT_TRACE(GDB);
    for (size_t m = 0; m < MODES; m++) {
        struct session s;

        start(&s, modes[m], "-g", KERNELS);
        gdb_command(&s.gdb, "break kernels.cl:%d", line);
        gdb_command(&s.gdb, "run");
        gdb_command(&s.gdb, "backtrace");
        run(&s);
        expect_stop(&s, "Breakpoint 1", "scaled");
        expect(&s, "\n#0  scaled (");
        expect(&s, "kernels.cl:%d\n", line);
        expect(&s, "\n#1  scale (data=");
        expect(&s, "kernels.cl:%d\n", line_with("scaled(value"));
        gdb_end(&s.gdb);
    }
}

VGPU_UNIT_TEST(debugging, gdb_stops_on_either_side_of_a_barrier)
{
    const int before = line_with("tile[l] = data"), behind = line_with("= tile[");

    GDB_SKIP_WITHOUT_TRACE(GDB);
    for (size_t m = 0; m < MODES; m++) {
        struct session s;

        start(&s, modes[m], "-g", KERNELS);
        gdb_command(&s.gdb, "tbreak kernels.cl:%d", before);
        gdb_command(&s.gdb, "tbreak kernels.cl:%d", behind);
        gdb_command(&s.gdb, "run");
        gdb_command(&s.gdb, "backtrace 1");
        gdb_command(&s.gdb, "continue");
        gdb_command(&s.gdb, "backtrace 1");
        run(&s);
        expect_stop(&s, "Temporary breakpoint 1", "turn");
        expect(&s, "\n#0  turn (data=");
        expect(&s, "kernels.cl:%d\n", before);
        expect_stop(&s, "Temporary breakpoint 2", "turn");
        expect(&s, "kernels.cl:%d\n", behind);
        gdb_end(&s.gdb);
    }
}

VGPU_UNIT_TEST(debugging, a_breakpoint_at_a_kernel_stops_before_its_first_barrier)
{
    GDB_SKIP_WITHOUT_TRACE(GDB);
    for (size_t m = 0; m < MODES; m++) {
        struct session s;
        const char *stop;
        int line;

        start(&s, modes[m], "-g", KERNELS);
        gdb_command(&s.gdb, "break turn");
        gdb_command(&s.gdb, "run");
        run(&s);
        expect_stop(&s, "Breakpoint 1", "turn");
        stop = strstr(gdb_said(&s.gdb), "kernels.cl:");
        line = stop ? atoi(stop + strlen("kernels.cl:")) : 0;
        EXPECT_GE(line, line_with("void turn("));
        EXPECT_LT(line, line_with("barrier("));
        gdb_end(&s.gdb);
    }
}

VGPU_UNIT_TEST(debugging, variables_are_shown_where_nothing_is_optimised)
{
    const int line = line_with("scaled(value");
    struct session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    start(&s, "VGPU_KERNEL_MODE", "-g -cl-opt-disable", KERNELS);
    gdb_command(&s.gdb, "break kernels.cl:%d if i == 5", line);
    gdb_command(&s.gdb, "run");
    gdb_command(&s.gdb, "info args");
    gdb_command(&s.gdb, "info locals");
    gdb_command(&s.gdb, "print data[i]");
    gdb_command(&s.gdb, "step");
    gdb_command(&s.gdb, "next");
    gdb_command(&s.gdb, "info locals");
    run(&s);
    expect(&s, "\nfactor = 3\n");
    expect(&s, "\nn = 64\n");
    expect(&s, "\nvalue = 5\n");
    expect(&s, "\ni = 5\n");
    expect(&s, "\n$1 = 5\n");
    expect(&s, "\nscaled (x=5, factor=3) at ");
    expect(&s, "\nproduct = 15\n");
    gdb_end(&s.gdb);
}

VGPU_UNIT_TEST(debugging, no_lines_are_kept_without_g)
{
    struct session s;

    GDB_SKIP_WITHOUT_TRACE(GDB);
    start(&s, modes[0], "", KERNELS);
    gdb_command(&s.gdb, "break scale");
    gdb_command(&s.gdb, "run");
    run(&s);
    expect(&s, "exited normally");
    gdb_end(&s.gdb);
}

/* It has no AVX-512, and says so to who asks the processor. */
VGPU_UNIT_TEST(debugging, kernels_run_under_valgrind)
{
    const char *const argv[] = {VALGRIND, "-q", DEBUGGEE, KERNELS, "", "", NULL};

    if (!strstr(VALGRIND, "/valgrind"))
        VGPU_SKIP("there is no valgrind");
    for (size_t m = 0; m < MODES - 1; m++) { /* it takes fibers for faults */
        const char *const environment[] = {"VGPU_DEVICES=cu=1", "VGPU_COMPILER=opencl-c",
                                           modes[m], NULL};
        struct vgpu_test_process process = vgpu_test_spawn(argv, environment);

        if (process.status != 0)
            VGPU_FAIL("%s: %d\n%s", modes[m], process.status,
                      process.err ? process.err : "");
        vgpu_test_process_fini(&process);
    }
}
