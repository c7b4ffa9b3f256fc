/* SPDX-License-Identifier: MIT */
/* bench_api: what the calls of an OpenCL implementation, any implementation, cost. */
#include "api.h"
#include "options.h"
#include "report.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char source[] =
    "__kernel void nothing(__global uchar *data, uint value)\n{\n}\n";

static const struct bench_scale full_scale = {
    .round_trips = 1000,
    .stream = 5000,
    .writes = 1000,
    .maps = 1000,
    .graph = 3000,
    .set_args = 100000,
    .big_write = (size_t)64 << 20,
    .in_flight_share = 1,
};
static const struct bench_scale tiny_scale = {
    .round_trips = 3,
    .stream = 20,
    .writes = 3,
    .maps = 3,
    .graph = 30,
    .set_args = 20,
    .big_write = (size_t)1 << 20,
    .in_flight_share = 100,
};

static const struct metric {
    const char *name, *unit, *help;
    double (*measure)(const struct bench_api *api);
} metrics[] = {
#define METRIC(name, unit, help) {#name, unit, help, measure_##name},
#include "metrics.def"
#undef METRIC
};
#define NUM_METRICS (sizeof metrics / sizeof metrics[0])

struct api_options {
    struct bench_options common;
    const char *platform;
    unsigned device;
    bool serve;
};

static const struct argp_option option_table[] = {
    {"platform", 'p', "NAME", 0,
     "use the platform whose name holds NAME (default: the first)", 0},
    {"device", 'd', "INDEX", 0, "use the platform's device number INDEX (default: 0)", 0},
    {"list", 'l', NULL, 0, "print the metrics and exit", 0},
    {"serve", 's', NULL, 0,
     "for each metric's name on standard input, take one sample; print it, and the "
     "processors' time for it in ns",
     0},
    {0},
};

static void list_metrics(void)
{
    for (size_t i = 0; i < NUM_METRICS; i++)
        printf("%-22s %-6s %s\n", metrics[i].name, metrics[i].unit, metrics[i].help);
    exit(EXIT_SUCCESS);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct api_options *options = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->common;
        return 0;
    case 'p':
        options->platform = text;
        return 0;
    case 'd':
        options->device = bench_parse_number(text, 0, state);
        return 0;
    case 'l':
        list_metrics();
        return 0;
    case 's':
        options->serve = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static cl_mem create_buffer(cl_context context, size_t size)
{
    cl_int err;
    cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, size, NULL, &err);

    bench_cl_check(err, "clCreateBuffer");
    return buffer;
}

static void api_init(struct bench_api *api, const struct api_options *options)
{
    const cl_uint value = 0;
    cl_int err;

    api->scale = options->common.tiny ? &tiny_scale : &full_scale;
    api->device = bench_find_device(options->platform, options->device);
    api->context = clCreateContext(NULL, 1, &api->device, NULL, NULL, &err);
    bench_cl_check(err, "clCreateContext");
    api->in_order = clCreateCommandQueue(api->context, api->device, 0, &err);
    bench_cl_check(err, "clCreateCommandQueue");
    api->out_of_order = clCreateCommandQueue(
        api->context, api->device, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, &err);
    bench_cl_check(err, "clCreateCommandQueue (out of order)");
    api->program = bench_build_program(api->context, api->device, source, "");
    api->nothing = bench_create_kernel(api->program, "nothing");
    api->small = create_buffer(api->context, BENCH_SMALL);
    api->other_small = create_buffer(api->context, BENCH_SMALL);
    api->big = create_buffer(api->context, api->scale->big_write);
    BENCH_CL(clSetKernelArg(api->nothing, 0, sizeof api->small, &api->small));
    BENCH_CL(clSetKernelArg(api->nothing, 1, sizeof value, &value));
    api->host_source = bench_allocate(api->scale->big_write);
    api->host_target = bench_allocate(api->scale->big_write);
}

static void api_fini(struct bench_api *api)
{
    free(api->host_target);
    free(api->host_source);
    BENCH_CL(clReleaseMemObject(api->big));
    BENCH_CL(clReleaseMemObject(api->other_small));
    BENCH_CL(clReleaseMemObject(api->small));
    BENCH_CL(clReleaseKernel(api->nothing));
    BENCH_CL(clReleaseProgram(api->program));
    BENCH_CL(clReleaseCommandQueue(api->out_of_order));
    BENCH_CL(clReleaseCommandQueue(api->in_order));
    BENCH_CL(clReleaseContext(api->context));
}

/* Repetitions are the outer loop, so that a noisy moment spreads over all metrics. The
 * first one warms up. */
static void measure_all(const struct bench_api *api, const struct bench_options *options,
                        struct bench_series *series)
{
    for (unsigned repetition = 0; repetition <= options->repetitions; repetition++) {
        for (size_t i = 0; i < NUM_METRICS; i++) {
            if (!bench_is_chosen(options, metrics[i].name))
                continue;
            const double sample = metrics[i].measure(api);
            if (repetition > 0)
                bench_series_add(&series[i], sample);
        }
    }
}

static const struct metric *find_metric(const char *name)
{
    for (size_t i = 0; i < NUM_METRICS; i++)
        if (strcmp(metrics[i].name, name) == 0)
            return &metrics[i];
    bench_fail("'%s' is not a metric; see --list", name);
}

static double processor_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* Whoever compares builds has a process of each take samples in turn. */
static void serve(const struct bench_api *api)
{
    char line[64];

    while (fgets(line, sizeof line, stdin)) {
        double start, sample;

        line[strcspn(line, "\n")] = '\0';
        start = processor_ns();
        sample = find_metric(line)->measure(api);
        printf("%.3f %.0f\n", sample, processor_ns() - start);
        fflush(stdout);
    }
}

static void print_table(const struct bench_series *series, json_t *implementation)
{
    printf("%s, %s, %s\n", json_string_value(json_object_get(implementation, "platform")),
           json_string_value(json_object_get(implementation, "version")),
           json_string_value(json_object_get(implementation, "device")));
    bench_print_machine();
    printf("%-22s %12s %12s %12s\n", "metric", "min", "median", "p90");
    for (size_t i = 0; i < NUM_METRICS; i++) {
        if (!series[i].count)
            continue;
        const struct bench_summary summary = bench_series_summary(&series[i]);
        printf("%-22s %12.2f %12.2f %12.2f %s: %s\n", series[i].name, summary.min,
               summary.median, summary.p90, series[i].unit, series[i].help);
    }
}

static void write_report(const struct bench_series *series, json_t *implementation,
                         const char *path)
{
    json_t *report = bench_report_create("bench_api");

    json_object_set(report, "implementation", implementation);
    for (size_t i = 0; i < NUM_METRICS; i++) {
        if (series[i].count)
            bench_report_add(report, &series[i]);
    }
    bench_report_write(report, path);
}

int main(int argc, char **argv)
{
    const struct argp_child children[] = {{&bench_options_argp, 0, NULL, 0}, {0}};
    const struct argp parser = {
        .options = option_table,
        .parser = parse_option,
        .children = children,
        .doc = "Measures what the calls of an OpenCL implementation cost, with a kernel "
               "that does "
               "nothing.\vEach sample is the mean of a batch of calls; see --list for "
               "the metrics. "
               "To compare implementations, see compare.py.",
    };
    struct api_options options = {.common = {.repetitions = 11}};
    struct bench_api api = {0};
    struct bench_series series[NUM_METRICS] = {0};
    json_t *implementation;

    argp_parse(&parser, argc, argv, 0, NULL, &options);
    for (size_t i = 0; i < NUM_METRICS; i++) {
        series[i].name = metrics[i].name;
        series[i].unit = metrics[i].unit;
        series[i].help = metrics[i].help;
    }
    api_init(&api, &options);
    implementation = bench_implementation(api.device);
    bench_api_verify(&api);
    if (options.serve) {
        serve(&api);
    } else {
        measure_all(&api, &options.common, series);
        if (!options.common.quiet)
            print_table(series, implementation);
        write_report(series, implementation, options.common.json);
    }
    json_decref(implementation);
    for (size_t i = 0; i < NUM_METRICS; i++)
        bench_series_fini(&series[i]);
    api_fini(&api);
    return EXIT_SUCCESS;
}
