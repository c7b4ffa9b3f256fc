/* SPDX-License-Identifier: MIT */
/* bench_opencl as a server of single measurements, so that a runner may ask several
 * implementations in turn. */
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include "series.h"
#include "trial.h"

/* bench_measure - runs the trial once to warm up, then takes up to `repetitions` samples,
 * fewer where they take long; then checks. */
void bench_measure(struct bench_trial *trial, unsigned repetitions,
                   struct bench_series *samples);

/* bench_serve - prints one line of JSON about the implementation; then answers each line
 * `run <kernel>` of standard input with another one: {"name", "class", "build_ms",
 * "first_ms", "times_ms": [...]}, until the input ends. A kernel stays built while the
 * same one is asked for again. What goes wrong ends the program with a message. */
void bench_serve(const struct bench_host *host, unsigned repetitions, bool tiny);

#endif
