/* SPDX-License-Identifier: MIT */
/* Command-line options of benchmark programs. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#define LARGEST_NUMBER 100000u

static const struct argp_option option_table[] = {
    {"repetitions", 'n', "COUNT", 0, "take COUNT samples of each quantity", 0},
    {"only", 'o', "NAMES", 0, "measure only these, separated by commas", 0},
    {"json", 'j', "FILE", 0, "write the figures to FILE as JSON; - is standard output",
     0},
    {"tiny", 't', NULL, 0, "use sizes that show that it works, not how fast it is", 0},
    {"quiet", 'q', NULL, 0, "print no table", 0},
    {0},
};

unsigned bench_parse_number(const char *text, unsigned least,
                            const struct argp_state *state)
{
    char *end;
    const unsigned long number = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end || number < least || number > LARGEST_NUMBER)
        argp_error(state, "'%s' is not a number from %u to %u", text, least,
                   LARGEST_NUMBER);
    return (unsigned)number;
}

bool bench_is_chosen(const struct bench_options *options, const char *name)
{
    const size_t length = strlen(name);
    const char *list = options->only;

    if (!list)
        return true;
    for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL) {
        if (strncmp(list, name, length) == 0 && (list[length] == ',' || !list[length]))
            return true;
    }
    return false;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct bench_options *options = state->input;

    switch (key) {
    case 'n':
        options->repetitions = bench_parse_number(text, 1, state);
        return 0;
    case 'o':
        options->only = text;
        return 0;
    case 'j':
        options->json = text;
        return 0;
    case 't':
        options->tiny = true;
        return 0;
    case 'q':
        options->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is not an option", text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp bench_options_argp = {.options = option_table, .parser = parse_option};
