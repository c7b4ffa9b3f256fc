/* SPDX-License-Identifier: MIT */
/* Kernels built with -g, under gdb: where it stops, and what it shows there. */
#include "vgpu_test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_COMMANDS 16

static const char *const modes[] = {"VGPU_KERNEL_MODE=lockstep", "VGPU_KERNEL_MODE=plain",
                                    "VGPU_KERNEL_MODE=fiber"};
#define MODES (sizeof modes / sizeof *modes)

/* A run of the debuggee under gdb. */
struct session {
    const char *mode;    /* an environment setting */
    const char *options; /* of clBuildProgram */
    const char *name;    /* what a #line directive calls the source; "": none does */
    char commands[MOST_COMMANDS][128];
    size_t num_commands;
    struct vgpu_test_process gdb;
};

/* The number of the line of kernels.cl that has these words. */
static int line_with(const char *words)
{
    FILE *file = fopen(KERNELS, "r");
    char text[256];
    int line = 0;

    while (file && fgets(text, sizeof text, file)) {
        line++;
        if (strstr(text, words)) {
            fclose(file);
            return line;
        }
    }
    if (file)
        fclose(file);
    VGPU_FAIL("no line of kernels.cl has '%s'", words);
    return 0;
}

__attribute__((format(printf, 2, 3))) static void command(struct session *session,
                                                          const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(session->commands[session->num_commands++], sizeof session->commands[0],
              format, args);
    va_end(args);
}

static void start(struct session *session, const char *mode, const char *options,
                  const char *name)
{
    *session = (struct session){.mode = mode, .options = options, .name = name};
    command(session, "set breakpoint pending on");
    command(session, "set width 0");
}

/* What gdb said; "" where it did not start. */
static const char *run(struct session *session)
{
    const char *argv[8 + 2 * MOST_COMMANDS] = {GDB, "-nx", "-batch"};
    const char *const environment[] = {"VGPU_DEVICES=cu=1", "VGPU_COMPILER=opencl-c",
                                       "DEBUGINFOD_URLS", session->mode, NULL};
    size_t used = 3;

    command(session, "kill");
    for (size_t i = 0; i < session->num_commands; i++) {
        argv[used++] = "-ex";
        argv[used++] = session->commands[i];
    }
    argv[used++] = "--args";
    argv[used++] = DEBUGGEE;
    argv[used++] = KERNELS;
    argv[used++] = session->options;
    argv[used] = session->name;
    session->gdb = vgpu_test_spawn(argv, environment);
    return session->gdb.out ? session->gdb.out : "";
}

__attribute__((format(printf, 2, 3))) static void expect(const struct session *session,
                                                         const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!session->gdb.out || !strstr(session->gdb.out, text))
        VGPU_FAIL("%s, options '%s': gdb does not say '%s'\n%s\n%s", session->mode,
                  session->options, text, session->gdb.out ? session->gdb.out : "",
                  session->gdb.err ? session->gdb.err : "");
}

static void expect_not(const struct session *session, const char *text)
{
    if ((session->gdb.out && strstr(session->gdb.out, text)) ||
        (session->gdb.err && strstr(session->gdb.err, text)))
        VGPU_FAIL("%s, options '%s': gdb says '%s'\n%s", session->mode, session->options,
                  text, session->gdb.out);
}

/* "hit Breakpoint 1, scale (data=0x...", or, where the line is at several places, "hit
 * Breakpoint 1.2, scale (...". */
static void expect_stop(const struct session *session, const char *breakpoint,
                        const char *function)
{
    const char *at = session->gdb.out ? session->gdb.out : "";
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
              breakpoint, session->gdb.out ? session->gdb.out : "");
}

/* Containers and hardened systems often forbid it. */
static bool gdb_may_trace(void)
{
    const char *const argv[] = {GDB,   "-nx",    "-batch",    "-ex",
                                "run", "--args", "/bin/true", NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, NULL);
    const bool may = process.out && strstr(process.out, "exited normally");

    vgpu_test_process_fini(&process);
    return may;
}

#define SKIP_WITHOUT_TRACE()                               \
    do {                                                   \
        if (!gdb_may_trace())                              \
            VGPU_SKIP("gdb may not trace processes here"); \
    } while (0)

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

    SKIP_WITHOUT_TRACE();
    for (size_t m = 0; m < MODES; m++) {
        struct session s;

        start(&s, modes[m], "-g", "");
        command(&s, "break scale");
        command(&s, "run");
        command(&s, "delete");
        command(&s, "break %d", line);
        command(&s, "continue");
        command(&s, "backtrace");
        command(&s, "list");
        command(&s, "info line %d", line);
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
        vgpu_test_process_fini(&s.gdb);
    }
}

VGPU_UNIT_TEST(debugging, a_source_that_names_itself_is_found_by_file_and_line)
{
    const int line = line_with("float product");

    SKIP_WITHOUT_TRACE();
    for (size_t m = 0; m < MODES; m++) {
        struct session s;

        start(&s, modes[m], "-g", KERNELS);
        command(&s, "break kernels.cl:%d", line);
        command(&s, "run");
        command(&s, "backtrace");
        run(&s);
        expect_stop(&s, "Breakpoint 1", "scaled");
        expect(&s, "\n#0  scaled (");
        expect(&s, "kernels.cl:%d\n", line);
        expect(&s, "\n#1  scale (data=");
        expect(&s, "kernels.cl:%d\n", line_with("scaled(value"));
        vgpu_test_process_fini(&s.gdb);
    }
}

VGPU_UNIT_TEST(debugging, gdb_stops_on_either_side_of_a_barrier)
{
    const int before = line_with("tile[l] = data"), behind = line_with("= tile[");

    SKIP_WITHOUT_TRACE();
    for (size_t m = 0; m < MODES; m++) {
        struct session s;

        start(&s, modes[m], "-g", KERNELS);
        command(&s, "tbreak kernels.cl:%d", before);
        command(&s, "tbreak kernels.cl:%d", behind);
        command(&s, "run");
        command(&s, "backtrace 1");
        command(&s, "continue");
        command(&s, "backtrace 1");
        run(&s);
        expect_stop(&s, "Temporary breakpoint 1", "turn");
        expect(&s, "\n#0  turn (data=");
        expect(&s, "kernels.cl:%d\n", before);
        expect_stop(&s, "Temporary breakpoint 2", "turn");
        expect(&s, "kernels.cl:%d\n", behind);
        vgpu_test_process_fini(&s.gdb);
    }
}

VGPU_UNIT_TEST(debugging, a_breakpoint_at_a_kernel_stops_before_its_first_barrier)
{
    SKIP_WITHOUT_TRACE();
    for (size_t m = 0; m < MODES; m++) {
        struct session s;
        const char *stop;
        int line;

        start(&s, modes[m], "-g", KERNELS);
        command(&s, "break turn");
        command(&s, "run");
        run(&s);
        expect_stop(&s, "Breakpoint 1", "turn");
        stop = s.gdb.out ? strstr(s.gdb.out, "kernels.cl:") : NULL;
        line = stop ? atoi(stop + strlen("kernels.cl:")) : 0;
        EXPECT_GE(line, line_with("void turn("));
        EXPECT_LT(line, line_with("barrier("));
        vgpu_test_process_fini(&s.gdb);
    }
}

VGPU_UNIT_TEST(debugging, variables_are_shown_where_nothing_is_optimised)
{
    const int line = line_with("scaled(value");
    struct session s;

    SKIP_WITHOUT_TRACE();
    start(&s, "VGPU_KERNEL_MODE", "-g -cl-opt-disable", KERNELS);
    command(&s, "break kernels.cl:%d if i == 5", line);
    command(&s, "run");
    command(&s, "info args");
    command(&s, "info locals");
    command(&s, "print data[i]");
    command(&s, "step");
    command(&s, "next");
    command(&s, "info locals");
    run(&s);
    expect(&s, "\nfactor = 3\n");
    expect(&s, "\nn = 64\n");
    expect(&s, "\nvalue = 5\n");
    expect(&s, "\ni = 5\n");
    expect(&s, "\n$1 = 5\n");
    expect(&s, "\nscaled (x=5, factor=3) at ");
    expect(&s, "\nproduct = 15\n");
    vgpu_test_process_fini(&s.gdb);
}

VGPU_UNIT_TEST(debugging, no_lines_are_kept_without_g)
{
    struct session s;

    SKIP_WITHOUT_TRACE();
    start(&s, modes[0], "", KERNELS);
    command(&s, "break scale");
    command(&s, "run");
    run(&s);
    expect(&s, "exited normally");
    vgpu_test_process_fini(&s.gdb);
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
