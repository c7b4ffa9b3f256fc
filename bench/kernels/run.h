/* SPDX-License-Identifier: MIT */
/* Running a case: on which threads and devices, with which data, checked and timed. */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include "job.h"
#include "opencl.h"

/* The two ways a job is computed, each on one core and on all. */
enum bench_way { PLAIN_ONE, OURS_ONE, PLAIN_ALL, OURS_ALL, NUM_WAYS };

extern const char *const bench_way_names[NUM_WAYS];

struct bench_machine {
    unsigned cores;
    struct bench_pool *pools[NUM_WAYS]; /* of the plain ways */
    cl_device_id devices[NUM_WAYS];     /* of ours, as what follows */
    cl_context contexts[NUM_WAYS];
    cl_command_queue queues[NUM_WAYS];
    cl_program programs[NUM_WAYS];
};

/* A case on its way: the job, and for each of our ways a kernel with its arguments set.
 */
struct bench_run {
    const struct bench_case *shape;
    const struct bench_work *work;
    struct bench_job job;
    size_t array_size; /* bytes of each array */
    float *expected;
    size_t offset[2], global[2];
    cl_kernel kernels[NUM_WAYS];
    cl_mem buffers[NUM_WAYS][BENCH_MAX_ARRAYS];
};

/* bench_machine_init - two virtual GPUs, of one compute unit and of one for each core,
 * and pools of as many threads. Sets VGPU_DEVICES, so it comes before the first OpenCL
 * call. Ends the program on failure, as all of these do. */
void bench_machine_init(struct bench_machine *machine);
void bench_machine_fini(struct bench_machine *machine);

/* bench_run_init - the case's data and kernels, at full or tiny size. */
void bench_run_init(struct bench_run *run, const struct bench_case *shape,
                    const struct bench_machine *machine, bool tiny);
void bench_run_fini(struct bench_run *run);

/* bench_run_check - each way gives what one plain thread gives; fills the data anew. */
void bench_run_check(struct bench_run *run, const struct bench_machine *machine);

/* bench_run_time - milliseconds of one run, from the host's call until all is done. */
double bench_run_time(struct bench_run *run, const struct bench_machine *machine,
                      enum bench_way way);

#endif
