/* SPDX-License-Identifier: MIT */
/* Comparison of what a kernel wrote with its reference. */
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include "job.h"

/* bench_check - compares `seen`, the content of an argument after one run, with what is
 * expected; ends the program with a message where it differs by more than the job
 * tolerates. Sorts both where order does not matter. */
void bench_check(const char *name, const struct bench_job *job,
                 const struct bench_argument *argument, void *seen);

#endif
