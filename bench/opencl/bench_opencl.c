/* SPDX-License-Identifier: MIT */
/* bench_opencl: how long an OpenCL implementation, any implementation, takes for kernels
 * written in OpenCL C. */
#include "options.h"
#include "report.h"
#include "serve.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

struct opencl_options {
    struct bench_options common;
    const char *platform;
    const char *folder;
    regex_t pattern;
    bool has_pattern, list, serve;
};

static const struct argp_option option_table[] = {
    {"platform", 'p', "NAME", 0,
     "use the platform whose name holds NAME (default: the first)", 0},
    {"kernel", 'k', "REGEX", 0, "measure only kernels whose name or class matches", 0},
    {"folder", 'f', "FOLDER", 0, "read the kernels' sources from FOLDER", 0},
    {"list", 'l', NULL, 0, "print kernels and classes, and exit", 0},
    {"serve", 's', NULL, 0, "answer lines 'run NAME' of standard input with JSON", 0},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct opencl_options *options = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->common;
        return 0;
    case 'p':
        options->platform = text;
        return 0;
    case 'k':
        if (options->has_pattern)
            argp_error(state, "--kernel may be given once");
        if (regcomp(&options->pattern, text, REG_EXTENDED | REG_NOSUB) != 0)
            argp_error(state, "'%s' is not a regular expression", text);
        options->has_pattern = true;
        return 0;
    case 'f':
        options->folder = text;
        return 0;
    case 'l':
        options->list = true;
        return 0;
    case 's':
        options->serve = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_chosen(const struct opencl_options *options,
                      const struct bench_case *shape)
{
    if (!bench_is_chosen(&options->common, shape->name))
        return false;
    return !options->has_pattern ||
           regexec(&options->pattern, shape->name, 0, NULL, 0) == 0 ||
           regexec(&options->pattern, shape->class, 0, NULL, 0) == 0;
}

static void list_kernels(const struct opencl_options *options)
{
    for (size_t i = 0; i < bench_num_cases; i++) {
        if (is_chosen(options, &bench_cases[i]))
            printf("%-19s %s\n", bench_cases[i].name, bench_cases[i].class);
    }
}

static void report_build(json_t *report, const struct bench_trial *trial)
{
    json_t *metrics = json_object_get(report, "metrics");
    json_t *metric = json_array_get(metrics, json_array_size(metrics) - 1);

    if (json_object_set_new(metric, "class", json_string(trial->shape->class)) != 0 ||
        json_object_set_new(metric, "build_ms", json_real(trial->build_ms)) != 0 ||
        json_object_set_new(metric, "first_ms", json_real(trial->first_ms)) != 0)
        bench_fail("no memory for the report of %s", trial->shape->name);
}

static void measure(const struct bench_host *host, const struct bench_case *shape,
                    const struct opencl_options *options, json_t *report)
{
    struct bench_series series = {
        .name = shape->name, .unit = "ms", .help = "one run, from enqueue to finish"};
    struct bench_trial trial;
    struct bench_summary summary;

    bench_trial_init(&trial, host, shape, options->common.tiny);
    bench_trial_check(&trial);
    bench_measure(&trial, options->common.repetitions, &series);
    summary = bench_series_summary(&series);
    if (!options->common.quiet)
        printf("%-19s %-14s %9.3f %9.3f %9.1f %9.1f\n", shape->name, shape->class,
               summary.min, summary.median, trial.build_ms, trial.first_ms);
    fflush(stdout);
    bench_report_add(report, &series);
    report_build(report, &trial);
    bench_series_fini(&series);
    bench_trial_fini(&trial);
}

static void measure_all(const struct bench_host *host,
                        const struct opencl_options *options)
{
    json_t *report = bench_report_create("bench_opencl");

    json_object_set_new(report, "implementation", bench_implementation(host->device));
    if (!options->common.quiet) {
        bench_print_machine();
        printf("%-19s %-14s %9s %9s %9s %9s  ms\n", "kernel", "class", "min", "median",
               "build", "first");
    }
    for (size_t i = 0; i < bench_num_cases; i++) {
        if (is_chosen(options, &bench_cases[i]))
            measure(host, &bench_cases[i], options, report);
    }
    bench_report_write(report, options->common.json);
}

int main(int argc, char **argv)
{
    const struct argp_child children[] = {{&bench_options_argp, 0, NULL, 0}, {0}};
    const struct argp parser = {
        .options = option_table,
        .parser = parse_option,
        .children = children,
        .doc = "Measures kernels in OpenCL C on the OpenCL implementation that it is "
               "linked with or finds through an ICD loader, and checks their results.",
    };
    struct opencl_options options = {.common.repetitions = 15,
                                     .folder = BENCH_KERNEL_FOLDER};
    struct bench_host host;

    argp_parse(&parser, argc, argv, 0, NULL, &options);
    if (options.list) {
        list_kernels(&options);
        return EXIT_SUCCESS;
    }
    bench_host_init(&host, bench_find_device(options.platform, 0), options.folder);
    if (options.serve)
        bench_serve(&host, options.common.repetitions, options.common.tiny);
    else
        measure_all(&host, &options);
    bench_host_fini(&host);
    if (options.has_pattern)
        regfree(&options.pattern);
    return EXIT_SUCCESS;
}
