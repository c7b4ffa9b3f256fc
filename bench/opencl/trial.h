/* SPDX-License-Identifier: MIT */
/* A case on an OpenCL implementation: built, checked, timed. */
#ifndef BENCH_TRIAL_H
#define BENCH_TRIAL_H

#include "cases.h"

#include "opencl.h"

struct bench_host {
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
    const char *folder; /* where the kernels' sources lie */
    double start_ms;    /* the first clBuildProgram, of a kernel that does nothing */
};

struct bench_trial {
    const struct bench_host *host;
    const struct bench_case *shape;
    struct bench_job job;
    cl_program program;
    cl_kernel kernel;
    cl_mem buffers[BENCH_MAX_ARGUMENTS];
    double build_ms; /* clBuildProgram from source */
    double first_ms; /* the first run, with whatever the implementation left for it */
};

/* bench_host_init - a queue on `device`, whose compiler has started, so that no kernel's
 * time to build holds that. Ends the program on failure, as all below do. */
void bench_host_init(struct bench_host *host, cl_device_id device, const char *folder);
void bench_host_fini(struct bench_host *host);

/* bench_trial_init - builds the case's kernel, computes its reference and runs it for the
 * first time. */
void bench_trial_init(struct bench_trial *trial, const struct bench_host *host,
                      const struct bench_case *shape, bool tiny);
void bench_trial_fini(struct bench_trial *trial);

/* bench_trial_time - milliseconds of one run, from enqueuing to the end of clFinish. */
double bench_trial_time(struct bench_trial *trial);

/* bench_trial_check - runs once from the first content; ends the program with a message
 * where a result is not the reference's. */
void bench_trial_check(struct bench_trial *trial);

#endif
