/* SPDX-License-Identifier: MIT */
/* bench_scaling: what starting up, launches and objects cost with one to 64 compute units
 * and one to eight devices, and how that grows. */
#include "devices.h"
#include "options.h"
#include "report.h"
#include "server.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const struct scale {
    const char *devices;
    double units, count;
} scales[] = {
    {"cu=1", 1, 0},   {"cu=2", 2, 0},   {"cu=4", 4, 0},   {"cu=8", 8, 1},
    {"cu=16", 16, 0}, {"cu=32", 32, 0}, {"cu=64", 64, 0}, {"2*cu=8", 0, 2},
    {"4*cu=8", 0, 4}, {"8*cu=8", 0, 8},
};
#define MOST_OF_IDLE  3 /* samples, for each takes a second */
#define NUM_SCALES    (sizeof scales / sizeof scales[0])
#define ONE_DEVICE    3
#define EIGHT_DEVICES (NUM_SCALES - 1)

struct scaling {
    struct bench_options common;
    bool serve;
    struct bench_series series[NUM_QUANTITIES][NUM_SCALES];
    char names[NUM_QUANTITIES][NUM_SCALES][32];
};

static const struct argp_option option_table[] = {
    {"serve", 's', NULL, OPTION_HIDDEN, "take the samples whose names come in", 0}, {0}};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct scaling *scaling = state->input;

    (void)text;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &scaling->common;
        return 0;
    case 's':
        scaling->serve = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_of_start(int quantity)
{
    return quantity == QUANTITY_platform || quantity == QUANTITY_queues;
}

/* A process can start up only once. */
static void measure_start(struct scaling *scaling, size_t scale)
{
    struct server server;

    server_start(&server, scales[scale].devices, scaling->common.tiny);
    for (int q = 0; q < NUM_QUANTITIES; q++)
        if (is_of_start(q) && bench_is_chosen(&scaling->common, quantity_infos[q].name))
            bench_series_add(&scaling->series[q][scale],
                             server_ask(&server, quantity_infos[q].name));
    server_stop(&server);
}

/* All scales take their samples of a quantity in turn, so that a noisy moment meets all;
 * the first of each is a warm-up. */
static void measure_running(struct scaling *scaling, int quantity, struct server *servers)
{
    unsigned repetitions = scaling->common.repetitions;

    if (quantity == QUANTITY_idle && repetitions > MOST_OF_IDLE)
        repetitions = MOST_OF_IDLE;
    for (unsigned i = 0; i <= repetitions; i++)
        for (size_t s = 0; s < NUM_SCALES; s++) {
            const double sample = server_ask(&servers[s], quantity_infos[quantity].name);

            if (i > 0)
                bench_series_add(&scaling->series[quantity][s], sample);
        }
}

static void measure_all(struct scaling *scaling)
{
    struct server servers[NUM_SCALES];

    for (unsigned i = 0; i < scaling->common.repetitions; i++)
        for (size_t s = 0; s < NUM_SCALES; s++)
            measure_start(scaling, s);
    for (size_t s = 0; s < NUM_SCALES; s++)
        server_start(&servers[s], scales[s].devices, scaling->common.tiny);
    for (int q = 0; q < NUM_QUANTITIES; q++)
        if (!is_of_start(q) && bench_is_chosen(&scaling->common, quantity_infos[q].name))
            measure_running(scaling, q, servers);
    for (size_t s = 0; s < NUM_SCALES; s++)
        server_stop(&servers[s]);
}

/* The slope of the logarithm of the least times over that of the number of units, or of
 * devices, from `from` on; by least squares. */
static double exponent(const struct bench_series *series, bool of_units, double from)
{
    double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;

    for (size_t s = 0; s < NUM_SCALES; s++) {
        const double size = of_units ? scales[s].units : scales[s].count;
        const double least = bench_series_summary(&series[s]).min;
        const double x = log(size), y = log(least);

        if (size < from || least <= 0)
            continue;
        n++;
        sum_x += x;
        sum_y += y;
        sum_xx += x * x;
        sum_xy += x * y;
    }
    return n > 1 ? (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x) : 0;
}

static void print_quantity(const struct bench_series *series, int quantity)
{
    printf("\n%s, %s: %s\n  %-10s %12s %12s %12s\n", quantity_infos[quantity].name,
           quantity_infos[quantity].unit, quantity_infos[quantity].help, "devices", "min",
           "median", "p90");
    for (size_t s = 0; s < NUM_SCALES; s++) {
        const struct bench_summary summary = bench_series_summary(&series[s]);

        printf("  %-10s %12.1f %12.1f %12.1f\n", scales[s].devices, summary.min,
               summary.median, summary.p90);
    }
    printf("  least times grow as units^%.2f (from 16 on ^%.2f), devices^%.2f (from 4 on "
           "^%.2f);\n  %s takes %.2f times %s\n",
           exponent(series, true, 1), exponent(series, true, 16),
           exponent(series, false, 1), exponent(series, false, 4),
           scales[EIGHT_DEVICES].devices,
           bench_series_summary(&series[EIGHT_DEVICES]).min /
               bench_series_summary(&series[ONE_DEVICE]).min,
           scales[ONE_DEVICE].devices);
}

static void report_all(struct scaling *scaling)
{
    json_t *report = bench_report_create("bench_scaling");

    if (!scaling->common.quiet)
        bench_print_machine();
    for (int q = 0; q < NUM_QUANTITIES; q++) {
        if (!bench_is_chosen(&scaling->common, quantity_infos[q].name))
            continue;
        if (!scaling->common.quiet)
            print_quantity(scaling->series[q], q);
        for (size_t s = 0; s < NUM_SCALES; s++) {
            bench_report_add(report, &scaling->series[q][s]);
            bench_series_fini(&scaling->series[q][s]);
        }
    }
    bench_report_write(report, scaling->common.json);
}

static void name_series(struct scaling *scaling)
{
    for (int q = 0; q < NUM_QUANTITIES; q++)
        for (size_t s = 0; s < NUM_SCALES; s++) {
            char *const name = scaling->names[q][s];

            snprintf(name, sizeof scaling->names[q][s], "%s %s", quantity_infos[q].name,
                     scales[s].devices);
            scaling->series[q][s] = (struct bench_series){.name = name,
                                                          .unit = quantity_infos[q].unit,
                                                          .help = quantity_infos[q].help};
        }
}

int main(int argc, char **argv)
{
    const struct argp_child children[] = {{&bench_options_argp, 0, NULL, 0}, {0}};
    const struct argp parser = {
        .options = option_table,
        .parser = parse_option,
        .children = children,
        .doc = "Measures what starting up, empty launches and objects cost with 1 to 64 "
               "compute units and 1 to 8 devices, and how that grows.\vStart-up is "
               "measured in a new process each time; the rest in a process for each "
               "set of devices, in turn. --only takes the names that the table shows.",
    };
    static struct scaling scaling = {.common = {.repetitions = 11}};

    argp_parse(&parser, argc, argv, 0, NULL, &scaling);
    if (scaling.serve) {
        devices_serve(scaling.common.tiny);
        return EXIT_SUCCESS;
    }
    signal(SIGPIPE, SIG_IGN); /* a server that ended is told of by name */
    name_series(&scaling);
    measure_all(&scaling);
    report_all(&scaling);
    return EXIT_SUCCESS;
}
