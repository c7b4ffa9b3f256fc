/* SPDX-License-Identifier: MIT */
/* The command line of the samples. */
#include "sample.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

static size_t parse_number(const char *text, size_t max, struct argp_state *state)
{
    char *end;

    errno = 0;
    unsigned long long value = strtoull(text, &end, 0);
    if (errno || end == text || *end || text[0] == '-' || value > max)
        argp_error(state, "'%s' is not a number up to %zu", text, max);
    return (size_t)value;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct sample_options *options = state->input;

    switch (key) {
    case 'n':
        options->n = parse_number(arg, options->n_max, state);
        if (options->n == 0)
            argp_error(state, "-n must be at least 1");
        return 0;
    case 'd':
        options->device = (unsigned)parse_number(arg, UINT_MAX, state);
        return 0;
    case 'i':
        options->input = arg;
        return 0;
    case 'o':
        options->output = arg;
        return 0;
    case 'v':
        options->verbose = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void sample_parse(struct sample_options *options, int argc, char **argv)
{
    const char *size = sample_text("%s (%zu)", options->size, options->n);
    /* argp leaves out an option without key and name, and ends its list there: the file
     * options come last, and only in samples that use them. */
    struct argp_option rows[7] = {
        {"device", 'd', "INDEX", 0,
         "which GPU, or which device where there is no GPU (0)", 0},
        {"size", 'n', "N", 0, size, 0},
        {"verbose", 'v', NULL, 0, "tell more than one line, where there is more to tell",
         0},
    };
    size_t used = 3;

    if (options->input)
        rows[used++] = (struct argp_option){"input", 'i', "FILE", 0, "file to read", 0};
    if (options->output)
        rows[used++] = (struct argp_option){"output", 'o', "FILE", 0, "file to write", 0};

    const struct argp argp = {
        .options = rows, .parser = parse_option, .doc = options->about};
    argp_parse(&argp, argc, argv, 0, NULL, options);
}
