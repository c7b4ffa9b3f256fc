/* SPDX-License-Identifier: MIT */
/* gdb, run without a person: the command line of a run, and what it said. */
#include "gdb_session.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void gdb_start(struct gdb_session *session, const char *option, const char *const words[])
{
    memset(session, 0, sizeof *session);
    session->option = option;
    while (*words)
        gdb_word(session, *words++);
}

void gdb_word(struct gdb_session *session, const char *word)
{
    assert(session->num_words + 1 < GDB_MOST_WORDS);
    session->argv[session->num_words++] = word;
}

void gdb_command(struct gdb_session *session, const char *format, ...)
{
    char *const text = session->commands[session->num_commands++];
    va_list args;

    assert(session->num_commands <= GDB_MOST_COMMANDS);
    va_start(args, format);
    vsnprintf(text, sizeof session->commands[0], format, args);
    va_end(args);
    gdb_word(session, session->option);
    gdb_word(session, text);
}

void gdb_run(struct gdb_session *session, const char *const environment[])
{
    session->run = vgpu_test_spawn(session->argv, environment);
}

const char *gdb_said(const struct gdb_session *session)
{
    return session->run.out ? session->run.out : "";
}

const char *gdb_complained(const struct gdb_session *session)
{
    return session->run.err ? session->run.err : "";
}

void gdb_end(struct gdb_session *session)
{
    vgpu_test_process_fini(&session->run);
}

bool gdb_may_trace(const char *gdb)
{
    const char *const argv[] = {gdb,   "-nx",    "-batch",    "-ex",
                                "run", "--args", "/bin/true", NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, NULL);
    const bool may = process.out && strstr(process.out, "exited normally");

    vgpu_test_process_fini(&process);
    return may;
}

int gdb_line_with(const char *path, const char *words)
{
    FILE *file = fopen(path, "r");
    char text[256];
    int line = 0, found = 0;

    while (file && !found && fgets(text, sizeof text, file)) {
        line++;
        if (strstr(text, words))
            found = line;
    }
    if (file)
        fclose(file);
    if (!found)
        VGPU_FAIL("no line of %s has '%s'", path, words);
    return found;
}
