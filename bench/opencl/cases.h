/* SPDX-License-Identifier: MIT */
/* The kernels of the benchmark: a row each in cases.def. */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

#include "job.h"

/* What a case's file defines: how its job looks, and what must come out of it. */
#define BENCH_SETUP(name)     void bench_setup_##name(struct bench_job *job)
#define BENCH_REFERENCE(name) void bench_reference_##name(struct bench_job *job)

#define BENCH_CASE(class, name, options) \
    bench_job_fn bench_setup_##name, bench_reference_##name;
#include "cases.def"
#undef BENCH_CASE

struct bench_case {
    const char *name;    /* of the kernel, and of its file without `.cl` */
    const char *class;   /* what it stresses */
    const char *options; /* to clBuildProgram */
    bench_job_fn *setup, *reference;
};

extern const struct bench_case bench_cases[];
extern const size_t bench_num_cases;

/* bench_case_find - the case of that name, or NULL. */
const struct bench_case *bench_case_find(const char *name);

#endif
