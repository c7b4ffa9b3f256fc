/* SPDX-License-Identifier: MIT */
/* Cases on an OpenCL implementation. */
#include "trial.h"

#include "check.h"
#include "series.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void start_compiler(struct bench_host *host)
{
    static const char source[] =
        "__kernel void warm_up(__global uint *out) { out[get_global_id(0)] = 1; }";
    const uint64_t start = bench_now_ns();
    cl_program program = bench_build_program(host->context, host->device, source, "");

    host->start_ms = (double)(bench_now_ns() - start) / 1e6;
    BENCH_CL(clReleaseProgram(program));
}

void bench_host_init(struct bench_host *host, cl_device_id device, const char *folder)
{
    cl_int err;

    host->device = device;
    host->folder = folder;
    host->context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    bench_cl_check(err, "clCreateContext");
    host->queue = clCreateCommandQueue(host->context, device, 0, &err);
    bench_cl_check(err, "clCreateCommandQueue");
    start_compiler(host);
}

void bench_host_fini(struct bench_host *host)
{
    BENCH_CL(clReleaseCommandQueue(host->queue));
    BENCH_CL(clReleaseContext(host->context));
}

/* The kernel's source, which the caller frees. */
static char *read_source(const struct bench_trial *trial)
{
    char path[PATH_MAX];
    char *source = NULL;
    size_t capacity = 0;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.cl", trial->host->folder, trial->shape->name);
    file = fopen(path, "r");
    if (!file)
        bench_fail("cannot read '%s'; name the folder of the kernels with --folder",
                   path);
    if (getdelim(&source, &capacity, '\0', file) <= 0)
        bench_fail("'%s' is empty", path);
    fclose(file);
    return source;
}

static void build(struct bench_trial *trial)
{
    char *source = read_source(trial);
    const uint64_t start = bench_now_ns();

    trial->program = bench_build_program(trial->host->context, trial->host->device,
                                         source, trial->shape->options);
    trial->build_ms = (double)(bench_now_ns() - start) / 1e6;
    free(source);
    trial->kernel = bench_create_kernel(trial->program, trial->shape->name);
}

static void set_argument(struct bench_trial *trial, unsigned index)
{
    const struct bench_argument *argument = &trial->job.arguments[index];
    const void *value = argument->value;
    size_t size = argument->size;
    cl_int err;

    switch (argument->kind) {
    case BENCH_BUFFER:
        trial->buffers[index] = clCreateBuffer(
            trial->host->context,
            CL_MEM_COPY_HOST_PTR |
                (argument->access == BENCH_IN ? CL_MEM_READ_ONLY : CL_MEM_READ_WRITE),
            size, argument->initial, &err);
        bench_cl_check(err, "clCreateBuffer");
        value = &trial->buffers[index];
        size = sizeof trial->buffers[index];
        break;
    case BENCH_LOCAL:
        value = NULL;
        break;
    case BENCH_VALUE:
        break;
    }
    BENCH_CL(clSetKernelArg(trial->kernel, index, size, value));
}

/* Puts arguments of this access back to their first content. */
static void restore(struct bench_trial *trial, enum bench_access access)
{
    for (unsigned i = 0; i < trial->job.num_arguments; i++) {
        const struct bench_argument *argument = &trial->job.arguments[i];

        if (argument->kind == BENCH_BUFFER && argument->access == access)
            BENCH_CL(clEnqueueWriteBuffer(trial->host->queue, trial->buffers[i], CL_TRUE,
                                          0, argument->size, argument->initial, 0, NULL,
                                          NULL));
    }
}

double bench_trial_time(struct bench_trial *trial)
{
    const struct bench_job *job = &trial->job;
    const struct bench_host *host = trial->host;
    uint64_t start;

    restore(trial, BENCH_FRESH);
    BENCH_CL(clFinish(host->queue));
    start = bench_now_ns();
    for (unsigned i = 0; i < job->launches; i++)
        BENCH_CL(clEnqueueNDRangeKernel(
            host->queue, trial->kernel, job->dimensions, job->offset, job->global,
            job->local[0] ? job->local : NULL, 0, NULL, NULL));
    BENCH_CL(clFinish(host->queue));
    return (double)(bench_now_ns() - start) / 1e6;
}

void bench_trial_init(struct bench_trial *trial, const struct bench_host *host,
                      const struct bench_case *shape, bool tiny)
{
    memset(trial, 0, sizeof *trial);
    trial->host = host;
    trial->shape = shape;
    bench_job_init(&trial->job, shape->setup, shape->reference, tiny);
    build(trial);
    for (unsigned i = 0; i < trial->job.num_arguments; i++)
        set_argument(trial, i);
    trial->first_ms = bench_trial_time(trial);
}

void bench_trial_fini(struct bench_trial *trial)
{
    for (unsigned i = 0; i < trial->job.num_arguments; i++) {
        if (trial->buffers[i])
            BENCH_CL(clReleaseMemObject(trial->buffers[i]));
    }
    BENCH_CL(clReleaseKernel(trial->kernel));
    BENCH_CL(clReleaseProgram(trial->program));
    bench_job_fini(&trial->job);
}

static void check_argument(struct bench_trial *trial, unsigned index)
{
    const struct bench_argument *argument = &trial->job.arguments[index];
    void *seen = malloc(argument->size);

    if (!seen)
        bench_fail("no memory for %zu bytes", argument->size);
    BENCH_CL(clEnqueueReadBuffer(trial->host->queue, trial->buffers[index], CL_TRUE, 0,
                                 argument->size, seen, 0, NULL, NULL));
    bench_check(trial->shape->name, &trial->job, argument, seen);
    free(seen);
}

void bench_trial_check(struct bench_trial *trial)
{
    restore(trial, BENCH_OUT);
    restore(trial, BENCH_IN_OUT);
    bench_trial_time(trial);
    for (unsigned i = 0; i < trial->job.num_arguments; i++) {
        if (trial->job.arguments[i].expected)
            check_argument(trial, i);
    }
}
