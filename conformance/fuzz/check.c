/* SPDX-License-Identifier: MIT */
/* Runs programs on an OpenCL device and compares every element with the reference. */
#include "check.h"
#include "interpret.h"
#include "print.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static bool fail(struct outcome *outcome,
                                                       enum verdict verdict,
                                                       const char *format, ...)
{
    va_list arguments;

    outcome->verdict = verdict;
    va_start(arguments, format);
    vsnprintf(outcome->text, sizeof outcome->text, format, arguments);
    va_end(arguments);
    return false;
}

/* What the implementation had to say last. */
static char notice[300];

static void CL_CALLBACK notify(const char *text, const void *info, size_t size,
                               void *data)
{
    (void)info, (void)size, (void)data;
    snprintf(notice, sizeof notice, "%s", text);
}

static bool platform_matches(cl_platform_id platform, const char *text)
{
    char name[256] = "";

    return clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof name, name, NULL) ==
               CL_SUCCESS &&
           strstr(name, text);
}

bool fuzz_host_open(struct host *host, const char *platform, struct outcome *outcome)
{
    cl_platform_id platforms[16];
    cl_uint count = 0;
    cl_device_fp_config config = 0;
    cl_int err = clGetPlatformIDs(16, platforms, &count);

    memset(host, 0, sizeof *host);
    for (cl_uint i = 0; err == CL_SUCCESS && i < count && i < 16 && !host->device; i++)
        if (platform_matches(platforms[i], platform))
            err =
                clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, 1, &host->device, NULL);
    if (!host->device)
        return fail(outcome, VERDICT_NOT_RUN, "no device of a platform '%s' (%d)",
                    platform, err);
    clGetDeviceInfo(host->device, CL_DEVICE_DOUBLE_FP_CONFIG, sizeof config, &config,
                    NULL);
    host->has_double = config != 0;
    host->context = clCreateContext(NULL, 1, &host->device, notify, NULL, &err);
    if (err == CL_SUCCESS)
        host->queue =
            clCreateCommandQueueWithProperties(host->context, host->device, NULL, &err);
    if (err != CL_SUCCESS)
        return fail(outcome, VERDICT_NOT_RUN, "no context and queue (%d)", err);
    return true;
}

/* One launch on the device. */
struct run {
    const struct host *host;
    const struct kernel *kernel;
    cl_kernel handle;
    cl_mem buffers[MAX_PARAMETERS];
};

static cl_int set_arguments(struct run *run)
{
    const struct function *entry = &run->kernel->entry;
    cl_int err = CL_SUCCESS;

    for (cl_uint i = 0; i < entry->num_parameters && err == CL_SUCCESS; i++) {
        const struct parameter *parameter = &entry->parameters[i];

        if (parameter->role == ROLE_VALUE || parameter->role == ROLE_LOCAL) {
            err = clSetKernelArg(run->handle, i, parameter->bytes, parameter->contents);
            continue;
        }
        run->buffers[i] =
            clCreateBuffer(run->host->context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                           parameter->bytes, parameter->contents, &err);
        if (err == CL_SUCCESS)
            err = clSetKernelArg(run->handle, i, sizeof(cl_mem), &run->buffers[i]);
    }
    return err;
}

static cl_int launch(struct run *run)
{
    const struct launch *launch = &run->kernel->launch;
    size_t global[MAX_DIMENSIONS];
    cl_int err;

    for (unsigned d = 0; d < MAX_DIMENSIONS; d++)
        global[d] = launch->groups[d] * launch->local[d];
    err = clEnqueueNDRangeKernel(run->host->queue, run->handle, launch->dimensions,
                                 launch->offset, global, launch->local, 0, NULL, NULL);
    return err == CL_SUCCESS ? clFinish(run->host->queue) : err;
}

static void describe_launch(const struct launch *launch, char *text, size_t size)
{
    int used = snprintf(text, size, "%u dimensions, groups", launch->dimensions);

    for (unsigned d = 0; d < MAX_DIMENSIONS && used < (int)size; d++)
        used += snprintf(text + used, size - (size_t)used, "%s%zu", d ? "x" : " ",
                         launch->groups[d]);
    for (unsigned d = 0; d < MAX_DIMENSIONS && used < (int)size; d++)
        used += snprintf(text + used, size - (size_t)used, "%s%zu", d ? "x" : " of ",
                         launch->local[d]);
    for (unsigned d = 0; d < MAX_DIMENSIONS && used < (int)size; d++)
        used += snprintf(text + used, size - (size_t)used, "%s%zu", d ? "," : " from ",
                         launch->offset[d]);
}

static void describe_value(enum kind kind, union lane lane, char *text, size_t size)
{
    if (fuzz_scalars[kind].is_float)
        snprintf(text, size, "%.17g", lane.f);
    else if (kind == KIND_ULONG)
        snprintf(text, size, "%llu", (unsigned long long)lane.i);
    else
        snprintf(text, size, "%lld", (long long)lane.i);
}

/* What is compared: the byte where each component lies in an element, and its kind. */
static bool compare_components(struct type type, const unsigned char *expected,
                               const unsigned char *got, char *text, size_t size)
{
    const size_t step = fuzz_scalars[type.kind].bits / 8;
    const unsigned count = type.width * (type.count ? type.count : 1);

    for (unsigned i = 0; i < count; i++) {
        const union lane a = fuzz_component_load(type.kind, expected + i * step);
        const union lane b = fuzz_component_load(type.kind, got + i * step);
        char wanted[32], found[32];

        /* zeros of either sign are equal */
        if (fuzz_scalars[type.kind].is_float ? a.f == b.f : a.i == b.i)
            continue;
        describe_value(type.kind, a, wanted, sizeof wanted);
        describe_value(type.kind, b, found, sizeof found);
        snprintf(text, size, " component %u is %s, not %s", i, found, wanted);
        return false;
    }
    return true;
}

static bool compare_element(struct type type, const unsigned char *expected,
                            const unsigned char *got, char *text, size_t size)
{
    if (type.kind != KIND_RECORD)
        return compare_components(type, expected, got, text, size);
    for (unsigned f = 0; f < type.record->num_fields; f++) {
        const struct field *field = &type.record->fields[f];

        if (!compare_components(field->type, expected + field->offset,
                                got + field->offset, text, size))
            return false;
    }
    return true;
}

static bool compare(const struct run *run, const struct machine *machine,
                    struct outcome *outcome)
{
    const struct function *entry = &run->kernel->entry;

    for (unsigned i = 0; i < entry->num_parameters; i++) {
        const struct parameter *parameter = &entry->parameters[i];
        const struct type element = fuzz_element_type(parameter->variable->type);
        const size_t step = parameter->role == ROLE_VALUE ? 1 : fuzz_value_size(element);
        unsigned char *got;
        char text[160], where[160];
        cl_int err;

        if (!run->buffers[i])
            continue;
        got = malloc(parameter->bytes);
        err = got ? clEnqueueReadBuffer(run->host->queue, run->buffers[i], CL_TRUE, 0,
                                        parameter->bytes, got, 0, NULL, NULL)
                  : CL_OUT_OF_HOST_MEMORY;
        if (err != CL_SUCCESS) {
            free(got);
            return fail(outcome, VERDICT_NOT_RUN, "%s: cannot be read (%d)", entry->name,
                        err);
        }
        for (size_t e = 0; e < parameter->bytes / step; e++) {
            const unsigned char *expected =
                machine->global + machine->parameter_offsets[i] + e * step;

            if (compare_element(element, expected, got + e * step, text, sizeof text))
                continue;
            free(got);
            describe_launch(&run->kernel->launch, where, sizeof where);
            return fail(outcome, VERDICT_DIFFERENT, "%s: %s[%zu]%s; %s", entry->name,
                        parameter->variable->name, e, text, where);
        }
        free(got);
    }
    return true;
}

static bool check_kernel(const struct host *host, cl_program handle,
                         const struct program *program, const struct kernel *kernel,
                         struct outcome *outcome)
{
    struct run run = {.host = host, .kernel = kernel};
    struct machine machine;
    const char *refusal = fuzz_interpret(&machine, program, kernel, MAX_STEPS);
    bool is_same = false;
    cl_int err = CL_SUCCESS;

    if (refusal && strcmp(refusal, "too many steps") == 0) {
        fuzz_machine_fini(&machine);
        return true; /* nothing wrong with it, but not worth the time */
    }
    if (refusal) {
        fail(outcome, VERDICT_REFUSED, "%s: %s", kernel->entry.name, refusal);
        goto out;
    }
    if (!host) {
        is_same = true;
        goto out;
    }
    run.handle = clCreateKernel(handle, kernel->entry.name, &err);
    if (err == CL_SUCCESS)
        err = set_arguments(&run);
    if (err == CL_SUCCESS)
        err = launch(&run);
    if (err != CL_SUCCESS)
        fail(outcome, VERDICT_NOT_RUN, "%s: cannot be run (%d) %s", kernel->entry.name,
             err, notice);
    else
        is_same = compare(&run, &machine, outcome);
    for (unsigned i = 0; i < MAX_PARAMETERS; i++)
        if (run.buffers[i])
            clReleaseMemObject(run.buffers[i]);
    if (run.handle)
        clReleaseKernel(run.handle);
out:
    outcome->compared += is_same;
    fuzz_machine_fini(&machine);
    return is_same;
}

static cl_program build(const struct host *host, const struct program *program,
                        struct outcome *outcome)
{
    char *source = fuzz_print(program);
    const char *text = source;
    char log[600] = "";
    cl_int err = CL_OUT_OF_HOST_MEMORY;
    cl_program handle = NULL;

    if (source)
        handle = clCreateProgramWithSource(host->context, 1, &text, NULL, &err);
    if (err == CL_SUCCESS)
        err = clBuildProgram(handle, 1, &host->device, program->options, NULL, NULL);
    free(source);
    if (err == CL_SUCCESS)
        return handle;
    if (handle) {
        char *whole = calloc(1, 1 << 20);

        if (whole && clGetProgramBuildInfo(handle, host->device, CL_PROGRAM_BUILD_LOG,
                                           (1 << 20) - 1, whole, NULL) == CL_SUCCESS)
            snprintf(log, sizeof log, "%s", whole);
        free(whole);
        clReleaseProgram(handle);
    }
    fail(outcome, VERDICT_NOT_BUILT, "clBuildProgram: %d\n%s", err, log);
    return NULL;
}

void fuzz_check(const struct host *host, const struct program *program,
                struct outcome *outcome)
{
    cl_program handle = NULL;

    outcome->verdict = VERDICT_SAME;
    outcome->kernels = 0;
    outcome->compared = 0;
    outcome->text[0] = 0;
    if (host) {
        handle = build(host, program, outcome);
        if (!handle)
            return;
    }
    for (size_t i = 0; i < program->num_kernels; i++) {
        if (!program->kernels[i].is_gone &&
            !check_kernel(host, handle, program, &program->kernels[i], outcome))
            break;
        outcome->kernels++;
    }
    if (handle)
        clReleaseProgram(handle);
}
