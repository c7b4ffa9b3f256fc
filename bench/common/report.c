/* SPDX-License-Identifier: MIT */
/* Benchmark reports as JSON. */
#define _GNU_SOURCE
#include "report.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

unsigned bench_usable_cores(void)
{
    cpu_set_t cores;

    return sched_getaffinity(0, sizeof cores, &cores) == 0 ? (unsigned)CPU_COUNT(&cores)
                                                           : 1;
}

/* The processor's name as Linux gives it; "unknown" where it gives none. */
static void processor_name(char *name, size_t size)
{
    char line[512];
    FILE *file = fopen("/proc/cpuinfo", "r");

    snprintf(name, size, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        const char *value = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || !value)
            continue;
        value += 1 + strspn(value + 1, " \t");
        snprintf(name, size, "%.*s", (int)strcspn(value, "\n"), value);
        break;
    }
    if (file)
        fclose(file);
}

static json_t *machine(void)
{
    char processor[256];
    struct utsname system;

    processor_name(processor, sizeof processor);
    if (uname(&system) != 0)
        bench_fail("uname does not answer");
    return json_pack("{s:s, s:i, s:s, s:s, s:s}", "processor", processor, "cores",
                     (int)bench_usable_cores(), "architecture", system.machine, "kernel",
                     system.release, "compiler", COMPILER);
}

json_t *bench_report_create(const char *program)
{
    char date[32];
    const time_t now = time(NULL);
    json_t *report;

    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    report = json_pack("{s:i, s:s, s:s, s:o, s:[]}", "version", 1, "program", program,
                       "date", date, "machine", machine(), "metrics");
    if (!report)
        bench_fail("no memory for the report");
    return report;
}

void bench_report_add(json_t *report, const struct bench_series *series)
{
    const struct bench_summary summary = bench_series_summary(series);
    json_t *samples = json_array();
    json_t *metric;

    for (size_t i = 0; i < series->count; i++)
        json_array_append_new(samples, json_real(series->samples[i]));
    metric = json_pack("{s:s, s:s, s:s, s:f, s:f, s:f, s:o}", "name", series->name,
                       "unit", series->unit, "help", series->help, "min", summary.min,
                       "median", summary.median, "p90", summary.p90, "samples", samples);
    if (!metric || json_array_append_new(json_object_get(report, "metrics"), metric) != 0)
        bench_fail("no memory for the report of %s", series->name);
}

void bench_report_write(json_t *report, const char *path)
{
    const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(6);
    int status = 0;

    if (path && strcmp(path, "-") == 0) {
        status = json_dumpf(report, stdout, flags);
        putchar('\n');
    } else if (path) {
        status = json_dump_file(report, path, flags);
    }
    if (status != 0)
        bench_fail("cannot write the report to '%s'", path);
    json_decref(report);
}

void bench_print_machine(void)
{
    char processor[256];

    processor_name(processor, sizeof processor);
    printf("%s, %u core(s), %s\n", processor, bench_usable_cores(), COMPILER);
}
