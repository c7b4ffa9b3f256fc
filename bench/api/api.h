/* SPDX-License-Identifier: MIT */
/* What the measurements of bench_api share: the objects and how much to do. */
#ifndef BENCH_API_H
#define BENCH_API_H

#include "opencl.h"

#include <stddef.h>

/* How many calls one sample is the mean of. */
struct bench_scale {
    size_t round_trips, stream, writes, maps, graph, set_args;
    size_t big_write;       /* bytes of the large write */
    size_t in_flight_share; /* the in-flight counts are divided by this */
};

struct bench_api {
    cl_device_id device;
    cl_context context;
    cl_command_queue in_order, out_of_order;
    cl_program program;
    cl_kernel nothing; /* __kernel void nothing(__global uchar *data, uint value) */
    cl_mem small, other_small;                /* BENCH_SMALL bytes */
    cl_mem big;                               /* scale->big_write bytes */
    unsigned char *host_source, *host_target; /* scale->big_write bytes */
    const struct bench_scale *scale;
};

#define BENCH_SMALL ((size_t)64)

/* bench_api_verify - does what is measured once, and checks that the bytes arrive. Ends
 * the program where they do not: figures of a wrong implementation mean nothing. */
void bench_api_verify(const struct bench_api *api);

/* measure_<name> - one sample in the metric's unit. */
#define METRIC(name, unit, help) double measure_##name(const struct bench_api *api);
#include "metrics.def"
#undef METRIC

#endif
