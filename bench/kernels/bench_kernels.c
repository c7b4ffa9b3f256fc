/* SPDX-License-Identifier: MIT */
/* bench_kernels: registered kernels against a plain threaded loop of the same code. */
#include "options.h"
#include "report.h"
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Quotients of two ways' times in the same repetition. */
enum quotient { RATIO_ONE, RATIO_ALL, SCALING_PLAIN, SCALING_OURS, NUM_QUOTIENTS };

static const struct {
    const char *name, *help;
    enum bench_way dividend, divisor;
} quotients[NUM_QUOTIENTS] = {
    [RATIO_ONE] = {"ratio_1", "time on one compute unit, divided by one plain thread's",
                   OURS_ONE, PLAIN_ONE},
    [RATIO_ALL] = {"ratio_all", "time on all cores, divided by the plain threads'",
                   OURS_ALL, PLAIN_ALL},
    [SCALING_PLAIN] = {"scaling_plain", "one plain thread's time, divided by all cores'",
                       PLAIN_ONE, PLAIN_ALL},
    [SCALING_OURS] = {"scaling_vgpu", "one compute unit's time, divided by all cores'",
                      OURS_ONE, OURS_ALL},
};

struct result {
    char names[NUM_WAYS + NUM_QUOTIENTS][64];
    struct bench_series times[NUM_WAYS], quotients[NUM_QUOTIENTS];
};

static void result_init(struct result *result, const struct bench_case *shape)
{
    memset(result, 0, sizeof *result);
    for (int i = 0; i < NUM_WAYS; i++) {
        snprintf(result->names[i], sizeof result->names[i], "%s.%s", shape->name,
                 bench_way_names[i]);
        result->times[i].name = result->names[i];
        result->times[i].unit = "ms";
        result->times[i].help = shape->help;
    }
    for (int i = 0; i < NUM_QUOTIENTS; i++) {
        char *name = result->names[NUM_WAYS + i];
        snprintf(name, sizeof result->names[0], "%s.%s", shape->name, quotients[i].name);
        result->quotients[i].name = name;
        result->quotients[i].unit = "ratio";
        result->quotients[i].help = quotients[i].help;
    }
}

static void result_fini(struct result *result)
{
    for (int i = 0; i < NUM_WAYS; i++)
        bench_series_fini(&result->times[i]);
    for (int i = 0; i < NUM_QUOTIENTS; i++)
        bench_series_fini(&result->quotients[i]);
}

/* All ways take turns, so that a noisy moment meets them all. */
static void measure(struct bench_run *run, const struct bench_machine *machine,
                    unsigned repetitions, struct result *result)
{
    for (unsigned repetition = 0; repetition < repetitions; repetition++) {
        double times[NUM_WAYS];

        for (enum bench_way way = 0; way < NUM_WAYS; way++) {
            times[way] = bench_run_time(run, machine, way);
            bench_series_add(&result->times[way], times[way]);
        }
        for (int i = 0; i < NUM_QUOTIENTS; i++)
            bench_series_add(&result->quotients[i],
                             times[quotients[i].dividend] / times[quotients[i].divisor]);
    }
}

static void print_head(unsigned cores)
{
    printf("%u core(s); least time in ms; ratios: median over repetitions [of the least "
           "times]\n",
           cores);
    printf("%-17s %8s %8s %14s %9s %9s %14s %14s %14s\n", "case", "plain 1", "vgpu 1",
           "ratio", "plain all", "vgpu all", "ratio", "plain speed-up", "vgpu speed-up");
}

/* What is said of the aims, behind the figures. */
static void print_verdict(const struct bench_case *shape, double ratio, double speed_up,
                          unsigned cores)
{
    if (shape->ratio_aim > 0.0)
        printf("  ratio %s %.2f", ratio <= shape->ratio_aim ? "<=" : "ABOVE",
               shape->ratio_aim);
    if (shape->speed_up_aim > 0.0 && cores >= 2)
        printf("  speed-up %s %.1f", speed_up >= shape->speed_up_aim ? ">=" : "BELOW",
               shape->speed_up_aim);
}

static void print_row(const struct bench_case *shape, const struct result *result,
                      unsigned cores, bool tiny)
{
    double least[NUM_WAYS], median[NUM_QUOTIENTS], of_least[NUM_QUOTIENTS];

    for (int i = 0; i < NUM_WAYS; i++)
        least[i] = bench_series_summary(&result->times[i]).min;
    for (int i = 0; i < NUM_QUOTIENTS; i++) {
        median[i] = bench_series_summary(&result->quotients[i]).median;
        of_least[i] = least[quotients[i].dividend] / least[quotients[i].divisor];
    }
    printf("%-17s %8.2f %8.2f %6.2f [%5.2f] %9.2f %9.2f %6.2f [%5.2f] %6.2f [%5.2f] "
           "%6.2f [%5.2f]",
           shape->name, least[PLAIN_ONE], least[OURS_ONE], median[RATIO_ONE],
           of_least[RATIO_ONE], least[PLAIN_ALL], least[OURS_ALL], median[RATIO_ALL],
           of_least[RATIO_ALL], median[SCALING_PLAIN], of_least[SCALING_PLAIN],
           median[SCALING_OURS], of_least[SCALING_OURS]);
    if (!tiny)
        print_verdict(shape, median[RATIO_ALL], median[SCALING_OURS], cores);
    putchar('\n');
}

static void measure_case(const struct bench_case *shape,
                         const struct bench_machine *machine,
                         const struct bench_options *options, json_t *report)
{
    struct bench_run run;
    struct result result;

    result_init(&result, shape);
    bench_run_init(&run, shape, machine, options->tiny);
    bench_run_check(&run, machine);
    measure(&run, machine, options->repetitions, &result);
    bench_run_check(&run, machine);
    if (!options->quiet)
        print_row(shape, &result, machine->cores, options->tiny);
    fflush(stdout);
    for (int i = 0; i < NUM_WAYS; i++)
        bench_report_add(report, &result.times[i]);
    for (int i = 0; i < NUM_QUOTIENTS; i++)
        bench_report_add(report, &result.quotients[i]);
    bench_run_fini(&run);
    result_fini(&result);
}

int main(int argc, char **argv)
{
    const struct argp parser = {
        .options = bench_options_argp.options,
        .parser = bench_options_argp.parser,
        .doc = "Measures registered kernels against plain threaded loops of the same "
               "code, on one "
               "core and on all, and checks that the results are equal.",
    };
    struct bench_options options = {.repetitions = 15};
    struct bench_machine machine = {0};
    json_t *report;

    argp_parse(&parser, argc, argv, 0, NULL, &options);
    bench_machine_init(&machine);
    report = bench_report_create("bench_kernels");
    json_object_set_new(report, "implementation",
                        bench_implementation(machine.devices[OURS_ALL]));
    if (!options.quiet) {
        bench_print_machine();
        print_head(machine.cores);
    }
    for (size_t i = 0; i < bench_num_cases; i++) {
        if (bench_is_chosen(&options, bench_cases[i].name))
            measure_case(&bench_cases[i], &machine, &options, report);
    }
    bench_report_write(report, options.json);
    bench_machine_fini(&machine);
    return EXIT_SUCCESS;
}
