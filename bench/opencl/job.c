/* SPDX-License-Identifier: MIT */
/* Jobs: arguments, their content, ranges. */
#include "job.h"

#include "series.h"

#include <stdlib.h>
#include <string.h>

static const size_t type_sizes[] = {
    [BENCH_FLOAT] = sizeof(float),   [BENCH_DOUBLE] = sizeof(double),
    [BENCH_INT] = sizeof(int32_t),   [BENCH_UINT] = sizeof(uint32_t),
    [BENCH_UCHAR] = sizeof(uint8_t),
};

static struct bench_argument *append(struct bench_job *job, enum bench_argument_kind kind,
                                     size_t size)
{
    struct bench_argument *argument;

    if (job->num_arguments == BENCH_MAX_ARGUMENTS)
        bench_fail("a kernel of more than %d arguments", BENCH_MAX_ARGUMENTS);
    argument = &job->arguments[job->num_arguments++];
    argument->kind = kind;
    argument->size = size;
    return argument;
}

void *bench_buffer(struct bench_job *job, enum bench_access access, enum bench_type type,
                   size_t count)
{
    struct bench_argument *argument = append(job, BENCH_BUFFER, count * type_sizes[type]);

    argument->type = type;
    argument->access = access;
    argument->initial = bench_allocate(argument->size);
    return argument->initial;
}

uint32_t bench_hash(uint32_t index)
{
    uint32_t x = index * 2654435761u + 0x9e3779b9u;

    x = (x ^ (x >> 16)) * 0x85ebca6bu;
    x = (x ^ (x >> 13)) * 0xc2b2ae35u;
    return x ^ (x >> 16);
}

/* A number in [0, 1) for element i of the argument that was appended last. */
static double unit(const struct bench_job *job, size_t i)
{
    return bench_hash((uint32_t)i + 0x1000003u * job->num_arguments) / 4294967296.0;
}

float *bench_floats(struct bench_job *job, enum bench_access access, size_t count,
                    float low, float high)
{
    float *values = bench_buffer(job, access, BENCH_FLOAT, count);

    for (size_t i = 0; i < count; i++)
        values[i] = low + (high - low) * (float)unit(job, i);
    return values;
}

double *bench_doubles(struct bench_job *job, enum bench_access access, size_t count,
                      double low, double high)
{
    double *values = bench_buffer(job, access, BENCH_DOUBLE, count);

    for (size_t i = 0; i < count; i++)
        values[i] = low + (high - low) * unit(job, i);
    return values;
}

uint32_t *bench_uints(struct bench_job *job, enum bench_access access, size_t count,
                      uint32_t limit)
{
    uint32_t *values = bench_buffer(job, access, BENCH_UINT, count);
    const double range = limit ? limit : 4294967296.0;

    for (size_t i = 0; i < count; i++)
        values[i] = (uint32_t)(range * unit(job, i));
    return values;
}

uint8_t *bench_bytes(struct bench_job *job, enum bench_access access, size_t count,
                     uint32_t limit)
{
    uint8_t *values = bench_buffer(job, access, BENCH_UCHAR, count);
    const double range = limit ? limit : 256.0;

    for (size_t i = 0; i < count; i++)
        values[i] = (uint8_t)(range * unit(job, i));
    return values;
}

void bench_value(struct bench_job *job, const void *value, size_t size)
{
    memcpy(append(job, BENCH_VALUE, size)->value, value, size);
}

void bench_float(struct bench_job *job, float value)
{
    bench_value(job, &value, sizeof value);
}

void bench_int(struct bench_job *job, int32_t value)
{
    bench_value(job, &value, sizeof value);
}

void bench_uint(struct bench_job *job, uint32_t value)
{
    bench_value(job, &value, sizeof value);
}

void bench_local(struct bench_job *job, size_t size)
{
    append(job, BENCH_LOCAL, size);
}

void bench_range_1d(struct bench_job *job, size_t global, size_t local)
{
    job->dimensions = 1;
    job->global[0] = global;
    job->local[0] = local;
}

void bench_range_2d(struct bench_job *job, size_t width, size_t height,
                    size_t local_width, size_t local_height)
{
    job->dimensions = 2;
    job->global[0] = width;
    job->global[1] = height;
    job->local[0] = local_width;
    job->local[1] = local_height;
}

const void *bench_initial(const struct bench_job *job, unsigned index)
{
    return job->arguments[index].initial;
}

void *bench_expected(const struct bench_job *job, unsigned index)
{
    return job->arguments[index].expected;
}

void bench_job_init(struct bench_job *job, bench_job_fn *setup, bench_job_fn *reference,
                    bool tiny)
{
    memset(job, 0, sizeof *job);
    job->tiny = tiny;
    job->launches = 1;
    setup(job);
    for (unsigned i = 0; i < job->num_arguments; i++) {
        struct bench_argument *argument = &job->arguments[i];

        if (argument->kind != BENCH_BUFFER || argument->access == BENCH_IN)
            continue;
        argument->expected = bench_allocate(argument->size);
        memcpy(argument->expected, argument->initial, argument->size);
    }
    reference(job);
}

void bench_job_fini(struct bench_job *job)
{
    for (unsigned i = 0; i < job->num_arguments; i++) {
        free(job->arguments[i].initial);
        free(job->arguments[i].expected);
    }
}
