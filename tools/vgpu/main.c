/* SPDX-License-Identifier: MIT */
/* The program `vgpu`: finds the command and runs it. */
#include "command.h"

#include <argp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

const char *argp_program_version = "vgpu " VGPU_VERSION;

enum reading { PLAIN, OPTIONS };

static const struct row {
    const char *name;
    enum reading reading;
    const char *arguments, *help;
    int (*run)(int argc, char **argv);
} commands[] = {
#define COMMAND(name, reading, arguments, help) \
    {#name, reading, arguments, help, command_##name},
#include "command.def"
#undef COMMAND
};

static const char about[] =
    "Shows the virtual GPUs behind the OpenCL API.\v"
    "Commands:\n"
#define COMMAND(name, reading, arguments, help) "  " #name arguments "\n      " help "\n"
#include "command.def"
#undef COMMAND
    "\nIt ends with 0; with 1 where something is wrong, which it says; with 64 where "
    "the command line cannot be read.";

static const struct argp_option options[] = {
    {NULL, 'h', NULL, OPTION_HIDDEN, "as --help", 0}, {0}};

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
    case 'h':
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
        return 0;
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

bool keep_word(const struct word_option *options, int key, const char *word, void *input)
{
    while (options->key != 0 && options->key != key)
        options++;
    if (options->key != 0)
        memcpy((char *)input + options->member, &word, sizeof word);
    return options->key != 0;
}

static const struct row *find_command(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    complain("there is no command '%s'; `vgpu --help` lists them", name);
    return NULL;
}

/* The options that every command has. */
static error_t parse_help(int key, char *word, struct argp_state *state)
{
    (void)word;
    if (key == 'h')
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
    else if (key == ARGP_KEY_INIT)
        state->child_inputs[0] = state->input;
    return key == 'h' || key == ARGP_KEY_INIT ? 0 : ARGP_ERR_UNKNOWN;
}

void read_command_line(const struct argp *argp, int argc, char **argv, void *input)
{
    const struct row *const command = find_command(argv[0]);
    struct argp own = *argp;
    const struct argp_child children[] = {{&own, 0, NULL, 0}, {0}};
    const struct argp whole = {
        .options = options, .parser = parse_help, .children = children};
    char name[64], about_it[512];

    snprintf(name, sizeof name, "vgpu %s", argv[0]);
    argv[0] = name; /* in argp's messages */
    snprintf(about_it, sizeof about_it, "Shows %s.", command->help);
    if (!own.doc)
        own.doc = about_it;
    argp_parse(&whole, argc, argv, ARGP_IN_ORDER, NULL, input);
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
           strcmp(word, "-?") == 0;
}

static int run(const struct row *command, int argc, char **argv)
{
    if (command->reading == OPTIONS)
        return command->run(argc, argv);
    if (argc > 1 && asks_for_help(argv[1])) {
        printf("Usage: vgpu %s%s\nShows %s.\n", command->name, command->arguments,
               command->help);
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        if (*command->arguments && argv[i][0] != '-')
            continue;
        complain("`vgpu %s` takes no %s, not '%s'; `vgpu %s --help` tells more",
                 command->name, *command->arguments ? "option" : "argument", argv[i],
                 command->name);
        return EX_USAGE;
    }
    return command->run(argc, argv);
}

int main(int argc, char **argv)
{
    static char name[] = "vgpu"; /* in getopt's messages, instead of a path */
    const struct argp argp = {.options = options,
                              .parser = parse,
                              .args_doc = "COMMAND [ARGUMENT...]",
                              .doc = about};
    struct command_line line = {0};
    const struct row *command;

    if (argc > 0)
        argv[0] = name;
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &line);
    command = find_command(line.argv[0]);
    return command ? run(command, line.argc, line.argv) : EX_USAGE;
}
