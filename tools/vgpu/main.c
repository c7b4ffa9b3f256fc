/* SPDX-License-Identifier: MIT */
/* The program `vgpu`: finds the command and runs it. */
#include "command.h"

#include <argp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *argp_program_version = "vgpu " VGPU_VERSION;

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
#define COMMAND(name, arguments, help) {#name, command_##name},
#include "command.def"
#undef COMMAND
};

static const char about[] = "Shows the virtual GPUs behind the OpenCL API.\v"
                            "Commands:\n"
#define COMMAND(name, arguments, help) "  " #name " " arguments "\n      " help "\n"
#include "command.def"
#undef COMMAND
    ;

/* The words from the command on. */
struct command_line {
    int argc;
    char **argv;
};

static error_t parse(int key, char *word, struct argp_state *state)
{
    struct command_line *line = state->input;

    (void)word;
    switch (key) {
    case ARGP_KEY_ARG:
        line->argv = state->argv + state->next - 1;
        line->argc = state->argc - state->next + 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_state_help(state, stderr,
                        ARGP_HELP_LONG | ARGP_HELP_DOC | ARGP_HELP_USAGE |
                            ARGP_HELP_EXIT_ERR);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int complain(const char *format, ...)
{
    va_list values;

    fputs("vgpu: ", stderr);
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const struct argp argp = {
        .parser = parse, .args_doc = "COMMAND [ARGUMENT...]", .doc = about};
    struct command_line line = {0};

    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &line);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, line.argv[0]) == 0)
            return commands[i].run(line.argc, line.argv);
    return complain("there is no command '%s'; `vgpu --help` lists them", line.argv[0]);
}
