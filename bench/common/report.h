/* SPDX-License-Identifier: MIT */
/* What a benchmark leaves behind: a JSON file that says where, when and of what the
 * figures are.
 *
 * { "version": 1, "program": "bench_api", "date": "...", "machine": {...},
 * "implementation": {...}, "metrics": [ {"name", "unit", "help", "min", "median", "p90",
 * "samples": [...]} ], ... } */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "series.h"

#include <jansson.h>

/* bench_report_create - a report with program, date and machine filled in; ends the
 * program where memory is used up, as all of these do. */
json_t *bench_report_create(const char *program);

/* bench_report_add - appends the series to the report's "metrics". */
void bench_report_add(json_t *report, const struct bench_series *series);

/* bench_report_write - to the file `path`, "-" for stdout; NULL writes nothing. Frees the
 * report. */
void bench_report_write(json_t *report, const char *path);

/* bench_usable_cores - how many cores this process may use; at least 1. */
unsigned bench_usable_cores(void);

/* bench_print_machine - one line: processor, cores this process may use, compiler. */
void bench_print_machine(void);

#endif
