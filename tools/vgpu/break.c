/* SPDX-License-Identifier: MIT */
/* vgpu break: starts a program under gdb, which stops in chosen work-items. */
#define _GNU_SOURCE
#include "break_point.h"
#include "command.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define MOST_EXECUTED 64

struct request {
    char points[VGPU_MAX_BREAK_POINTS * sizeof((struct vgpu_break_point *)0)->text];
    char *executed[MOST_EXECUTED];
    size_t num_executed;
    bool is_batch;
    char **program; /* and its arguments; NULL: none yet */
    int num_words;  /* of them */
};

static const struct argp_option options[] = {
    {"execute", 'e', "COMMAND", 0,
     "a command of gdb for when it has stopped; may be given several times", 0},
    {"batch", 'b', NULL, 0, "end after those commands, and ask nothing", 0},
    {0}};

/* Whether the word is meant as a work-item; false where the program begins. */
static bool takes_point(struct argp_state *state, struct request *request,
                        const char *word)
{
    struct vgpu_break_point point;
    const char *end, *wrong = vgpu_break_point_read(word, &point, &end);
    const bool is_path = strchr(word, '/') != NULL;

    if (!wrong && *end == '\0' &&
        strlen(request->points) + strlen(word) + 2 <= sizeof request->points) {
        if (*request->points)
            strcat(request->points, ";");
        strcat(request->points, word);
        return true;
    }
    if (*request->points && (is_path || !strchr(word, ':')))
        return false;
    argp_error(state,
               "'%s' is no work-item: %s%.20s%s; write KERNEL:GLOBAL_ID, as in "
               "saxpy:17 or transpose:3,5, or KERNEL:GLOBAL_ID:LINE",
               word, *end ? "there is '" : "it ends ", end,
               *end ? "' where it should go on or end" : "too early");
    return false;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
    struct request *request = state->input;

    switch (key) {
    case 'e':
        if (request->num_executed == MOST_EXECUTED)
            argp_error(state, "more than %d commands", MOST_EXECUTED);
        else
            request->executed[request->num_executed++] = word;
        return 0;
    case 'b':
        request->is_batch = true;
        return 0;
    case ARGP_KEY_ARG:
        if (takes_point(state, request, word))
            return 0;
        request->program = state->argv + state->next - 1;
        request->num_words = state->argc - state->next + 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_END:
        if (!request->program)
            argp_error(state, "%s",
                       *request->points ? "the program to run is missing"
                                        : "a work-item and a program are missing");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The file with our commands for gdb, which lies beside the library that the program will
 * load. NULL after a message. */
static char *find_helper(void)
{
    void *const library = dlopen("libvgpu.so.1", RTLD_LAZY);
    struct link_map *map = NULL;
    char *path = NULL, *helper = NULL;

    if (library && dlinfo(library, RTLD_DI_LINKMAP, &map) == 0)
        path = realpath(map->l_name, NULL);
    if (path && asprintf(&helper, "%s-gdb.py", path) < 0)
        helper = NULL;
    if (!path)
        complain("libvgpu.so.1 is not found, beside which the commands for gdb lie: %s",
                 library ? strerror(errno) : dlerror());
    else if (helper && access(helper, R_OK) != 0) {
        complain("%s, the commands for gdb, cannot be read: %s; install vgpu again",
                 helper, strerror(errno));
        free(helper);
        helper = NULL;
    }
    free(path);
    return helper;
}

static int run_gdb(const struct request *request, const char *helper)
{
    const size_t most = 32 + 2 * request->num_executed + (size_t)request->num_words;
    char **argv = calloc(most, sizeof *argv), *safe;
    size_t used = 0;

    if (!argv || asprintf(&safe, "add-auto-load-safe-path %s", helper) < 0) {
        free(argv);
        return complain("there is no memory");
    }
#define WORD(text) argv[used++] = (char *)(uintptr_t)(text)
    WORD("gdb");
    WORD("-q");
    if (request->is_batch)
        WORD("-batch");
    WORD("-iex"), WORD(safe);
    WORD("-iex"), WORD("set breakpoint pending on");
    WORD("-x"), WORD(helper);
    WORD("-ex"), WORD("run");
    for (size_t i = 0; i < request->num_executed; i++)
        WORD("-ex"), WORD(request->executed[i]);
    WORD("--args");
    for (int i = 0; i < request->num_words; i++)
        WORD(request->program[i]);
#undef WORD
    execvp(argv[0], argv);
    complain("gdb cannot be started: %s; %s", strerror(errno),
             errno == ENOENT ? "install it (package gdb), or add its folder to PATH"
                             : "is the gdb that PATH leads to whole?");
    free(safe);
    free(argv);
    return EXIT_FAILURE;
}

int command_break(int argc, char **argv)
{
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "KERNEL:GLOBAL_ID[:LINE]... PROGRAM [ARGUMENT...]",
        .doc = "Runs a program under gdb, which stops in each work-item that is named: "
               "saxpy:17, or transpose:3,5, or at a line, saxpy:17:12. There gdb has the "
               "commands `vgpu item`, `vgpu group`, `vgpu local` and `vgpu buffers`."};
    struct request request = {.num_executed = 0};
    char *helper;
    int status;

    read_command_line(&argp, argc, argv, &request);
    if (strchr(request.program[0], '/') && access(request.program[0], X_OK) != 0)
        return complain("the program '%s' cannot be run: %s", request.program[0],
                        strerror(errno));
    helper = find_helper();
    if (!helper)
        return EXIT_FAILURE;
    if (setenv("VGPU_BREAK", request.points, 1) != 0) {
        free(helper);
        return complain("there is no memory");
    }
    status = run_gdb(&request, helper);
    free(helper);
    return status;
}
