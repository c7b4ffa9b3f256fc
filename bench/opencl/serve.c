/* SPDX-License-Identifier: MIT */
/* Measurements on demand. */
#include "serve.h"

#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONG_MS 1500.0 /* samples of one kernel that together take this long suffice */

void bench_measure(struct bench_trial *trial, unsigned repetitions,
                   struct bench_series *samples)
{
    double sum = bench_trial_time(trial);

    for (unsigned i = 0; i < repetitions && (i == 0 || sum < LONG_MS); i++) {
        const double sample = bench_trial_time(trial);

        bench_series_add(samples, sample);
        sum += sample;
    }
    bench_trial_check(trial);
}

static void print_line(json_t *answer)
{
    if (!answer || json_dumpf(answer, stdout, JSON_REAL_PRECISION(6)) != 0)
        bench_fail("no memory for an answer, or nobody to read it");
    putchar('\n');
    fflush(stdout);
    json_decref(answer);
}

static void introduce(const struct bench_host *host)
{
    json_t *implementation = bench_implementation(host->device);

    if (json_object_set_new(implementation, "start_ms", json_real(host->start_ms)) != 0)
        bench_fail("no memory for an answer");
    print_line(implementation);
}

static void answer(struct bench_trial *trial, unsigned repetitions)
{
    struct bench_series samples = {0};
    json_t *times = json_array();

    bench_measure(trial, repetitions, &samples);
    for (size_t i = 0; i < samples.count; i++)
        json_array_append_new(times, json_real(samples.samples[i]));
    bench_series_fini(&samples);
    print_line(json_pack("{s:s, s:s, s:f, s:f, s:o}", "name", trial->shape->name, "class",
                         trial->shape->class, "build_ms", trial->build_ms, "first_ms",
                         trial->first_ms, "times_ms", times));
}

void bench_serve(const struct bench_host *host, unsigned repetitions, bool tiny)
{
    struct bench_trial trial = {0};
    char line[128], name[100];

    introduce(host);
    while (fgets(line, sizeof line, stdin)) {
        const struct bench_case *shape;

        if (sscanf(line, "run %99s", name) != 1 || !(shape = bench_case_find(name)))
            bench_fail("'%.*s' is not 'run' and a kernel's name",
                       (int)strcspn(line, "\n"), line);
        if (trial.shape != shape) {
            if (trial.shape)
                bench_trial_fini(&trial);
            bench_trial_init(&trial, host, shape, tiny);
        }
        answer(&trial, repetitions);
    }
    if (trial.shape)
        bench_trial_fini(&trial);
}
