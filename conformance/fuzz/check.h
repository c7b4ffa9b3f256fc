/* SPDX-License-Identifier: MIT */
/* Compares what an OpenCL device makes of a program with the reference. */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

#include "language.h"

#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl.h>

enum verdict {
    VERDICT_SAME,
    VERDICT_DIFFERENT,
    VERDICT_NOT_BUILT,
    VERDICT_NOT_RUN,
    VERDICT_REFUSED, /* by the reference: the generator is wrong */
    VERDICT_CRASHED,
    VERDICT_HUNG
};

struct outcome {
    enum verdict verdict;
    bool has_double; /* what the program was generated with */
    uint64_t seed;
    unsigned kernels;  /* that were no failure; the next one is to blame */
    unsigned compared; /* of them; the others take the reference too long */
    char text[1024];
};

struct host {
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
    bool has_double;
};

enum { MAX_STEPS = 30000000 };

/* fuzz_host_open - the first device of the platform whose name holds that text. On
 * failure false, and why in outcome. */
bool fuzz_host_open(struct host *host, const char *platform, struct outcome *outcome);

/* fuzz_check - compares all kernels that are not gone, until one differs. host NULL: the
 * reference alone. */
void fuzz_check(const struct host *host, const struct program *program,
                struct outcome *outcome);

struct options {
    uint64_t seed;
    unsigned long kernels, minutes, timeout;
    const char *platform, *modes, *keep;
    bool reduces, prints, is_lenient;
};

/* fuzz_try - fuzz_check in a process of its own, with that mode. */
void fuzz_try(const struct options *options, const char *mode,
              const struct program *program, struct outcome *outcome);

/* fuzz_reduce - makes the program that failed so smaller as long as it fails so, and
 * writes into `last` how. */
void fuzz_reduce(const struct options *options, const char *mode, struct program *program,
                 struct outcome *last);

#endif
