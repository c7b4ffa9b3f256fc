/* SPDX-License-Identifier: MIT */
/* The command line that all benchmark programs share. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

struct bench_options {
    const char *json;     /* file for the report, or NULL */
    const char *only;     /* names separated by commas, or NULL: all */
    unsigned repetitions; /* preset with the program's default */
    bool tiny;            /* sizes that show that it works, not how fast it is */
    bool quiet;
};

/* The parser of these options, for the children of a program's own; its input is a struct
 * bench_options. */
extern const struct argp bench_options_argp;

/* bench_parse_number - `text` as a number from `least` on; ends the program with a hint
 * otherwise. */
unsigned bench_parse_number(const char *text, unsigned least,
                            const struct argp_state *state);

/* bench_is_chosen - `name` is among the names of --only, or there is no --only. */
bool bench_is_chosen(const struct bench_options *options, const char *name);

#endif
