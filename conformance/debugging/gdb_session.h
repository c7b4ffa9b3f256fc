/* SPDX-License-Identifier: MIT */
/* gdb, run without a person: the command line of a run, and what it said. */
#ifndef VGPU_TEST_GDB_SESSION_H
#define VGPU_TEST_GDB_SESSION_H

#include "vgpu_test.h"

#define GDB_MOST_WORDS    64
#define GDB_MOST_COMMANDS 16

struct gdb_session {
    const char *option; /* that comes before each command */
    const char *argv[GDB_MOST_WORDS];
    size_t num_words;
    char commands[GDB_MOST_COMMANDS][128];
    size_t num_commands;
    struct vgpu_test_process run;
};

/* gdb_start - with the first words of the command line, closed by NULL. */
void gdb_start(struct gdb_session *session, const char *option,
               const char *const words[]);

/* gdb_word - one more, which outlives the session. gdb_command - the option, and a
 * command of gdb's. */
void gdb_word(struct gdb_session *session, const char *word);
void gdb_command(struct gdb_session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* gdb_run - of vgpu_test_spawn; gdb_said - on standard output, "" before it runs;
 * gdb_complained - on the error output; gdb_end - frees them. */
void gdb_run(struct gdb_session *session, const char *const environment[]);
const char *gdb_said(const struct gdb_session *session);
const char *gdb_complained(const struct gdb_session *session);
void gdb_end(struct gdb_session *session);

/* gdb_may_trace - containers and hardened systems often forbid it. */
bool gdb_may_trace(const char *gdb);
#define GDB_SKIP_WITHOUT_TRACE(gdb)                        \
    do {                                                   \
        if (!gdb_may_trace(gdb))                           \
            VGPU_SKIP("gdb may not trace processes here"); \
    } while (0)

/* gdb_line_with - the number of the first line of the file that has these words. 0, and a
 * failure of the test: none has. */
int gdb_line_with(const char *path, const char *words);

#endif
