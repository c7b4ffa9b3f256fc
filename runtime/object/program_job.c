/* SPDX-License-Identifier: MIT */
/* Builds, compiles and links under way. */
#define _GNU_SOURCE
#include "object/program_job.h"

#include "clock.h"
#include "log.h"
#include "object/callback.h"
#include "object/device.h"
#include "object/name.h"
#include "object/worker.h"
#include "observe/counters.h" /* of the room device/ */
#include "observe/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The compiler is a process that works for several at a time. */
static struct vgpu_worker builders = VGPU_WORKER(8);

struct vgpu_build_job *vgpu_build_job_create(cl_program program)
{
    struct vgpu_build_job *const job = calloc(1, sizeof *job);

    if (!job)
        return NULL;
    job->result = calloc(1, sizeof *job->result);
    if (job->result)
        job->result->parts = calloc(program->num_devices, sizeof *job->result->parts);
    if (!job->result || !job->result->parts) {
        free(job->result);
        free(job);
        return NULL;
    }
    vgpu_retain(program);
    job->program = program;
    return job;
}

void vgpu_build_job_destroy(struct vgpu_build_job *job)
{
    const size_t num_inputs =
        job->inputs ? job->program->num_devices * job->num_inputs : 0;

    for (size_t i = 0; i < num_inputs; i++)
        vgpu_program_part_fini(&job->inputs[i]);
    vgpu_replaced_parts_free(job->result, job->program->num_devices);
    for (size_t i = 0; i < job->num_headers; i++) {
        free((char *)(uintptr_t)job->headers[i].name);
        vgpu_release(job->header_programs[i]);
    }
    vgpu_build_options_fini(&job->options);
    vgpu_release(job->program);
    free(job->options_text);
    free(job->headers);
    free(job->header_programs);
    free(job->inputs);
    free(job);
}

/* Nobody else touches a build that is in progress, so no lock is needed. */
bool vgpu_build_job_has(const struct vgpu_build_job *job, cl_uint index)
{
    return job->program->builds[index].status == CL_BUILD_IN_PROGRESS;
}

/* Executables are loaded on each device. */
static int load(struct vgpu_build_job *job, FILE *log)
{
    int err = 0;

    for (cl_uint i = 0; err == 0 && i < job->program->num_devices; i++) {
        char *error = NULL;

        if (job->type != CL_PROGRAM_BINARY_TYPE_EXECUTABLE || !vgpu_build_job_has(job, i))
            continue;
        err = vgpu_program_part_load(&job->result->parts[i],
                                     job->program->devices[i]->device, &error);
        if (error)
            fprintf(log, "not %s: the device cannot run it\n%s", job->verb, error);
        free(error);
    }
    return err;
}

/* The outcome becomes one device's; `part`, empty after a failure, changes places with
 * what was there. Lock held. */
static void publish_build(struct vgpu_program_build *build,
                          const struct vgpu_build_job *job,
                          struct vgpu_program_part *part, bool is_success,
                          const char *log)
{
    const struct vgpu_program_part old = build->part;

    free(build->options);
    free(build->log);
    build->options = job->options_text ? strdup(job->options_text) : NULL;
    build->log = log ? strdup(log) : NULL;
    build->status = is_success ? CL_BUILD_SUCCESS : CL_BUILD_ERROR;
    build->binary_type = is_success ? job->type : CL_PROGRAM_BINARY_TYPE_NONE;
    build->part = *part;
    *part = old; /* goes with the job, without the lock */
}

/* What was replaced goes with the job, and with it what earlier builds replaced, unless
 * there are kernels: those that the application has let go of may be in flight. Locked.
 */
static void replace(struct vgpu_build_job *job)
{
    const cl_program program = job->program;

    job->result->next = program->replaced;
    program->replaced = NULL;
    if (atomic_load(&program->num_kernels) == 0)
        return;
    program->replaced = job->result;
    job->result = NULL;
}

static void publish(struct vgpu_build_job *job, bool is_success, const char *log)
{
    const cl_program program = job->program;

    for (cl_uint i = 0; !is_success && i < program->num_devices; i++)
        vgpu_program_part_fini(&job->result->parts[i]);
    pthread_mutex_lock(&program->lock);
    for (cl_uint i = 0; i < program->num_devices; i++)
        if (vgpu_build_job_has(job, i))
            publish_build(&program->builds[i], job, &job->result->parts[i], is_success,
                          log);
    replace(job);
    pthread_mutex_unlock(&program->lock);
}

/* Before the outcome is published. */
static void count_builds(const struct vgpu_build_job *job, bool is_success, uint64_t ns)
{
    for (cl_uint i = 0; i < job->program->num_devices; i++) {
        const struct vgpu_device *const device = job->program->devices[i]->device;

        if (!vgpu_build_job_has(job, i))
            continue;
        vgpu_count(device->counters,
                   is_success ? VGPU_COUNTER_builds : VGPU_COUNTER_builds_failed, 1);
        vgpu_count(device->counters, VGPU_COUNTER_build_ns, ns);
    }
}

static cl_int result_of(const struct vgpu_build_job *job, int err)
{
    return err == 0         ? CL_SUCCESS
           : err == -EINVAL ? job->failure
           : err == -ENOSPC ? CL_OUT_OF_RESOURCES
                            : CL_OUT_OF_HOST_MEMORY;
}

/* A log that an executable was refused for says only that: what came before did not
 * last. */
static int make_and_load(struct vgpu_build_job *job)
{
    char *text = NULL, *refusal = NULL;
    size_t size;
    const uint64_t start = vgpu_now_ns();
    FILE *log = open_memstream(&text, &size);
    int err = -ENOMEM;

    if (log) {
        err = job->make(job, log);
        fclose(log);
        log = err == 0 ? open_memstream(&refusal, &size) : NULL;
        if (err == 0)
            err = log ? load(job, log) : -ENOMEM;
        if (log)
            fclose(log);
    }
    count_builds(job, err == 0, vgpu_now_ns() - start);
    publish(job, err == 0, refusal && *refusal ? refusal : text);
    if (err != 0)
        vgpu_log(VGPU_LOG_error, "%s could not be %s: %s",
                 vgpu_name_of(job->program).text, job->verb,
                 refusal && *refusal ? refusal
                 : text              ? text
                                     : "no memory");
    free(refusal);
    free(text);
    return err;
}

static cl_int run(struct vgpu_build_job *job)
{
    const uint64_t start = vgpu_now_ns();
    const struct vgpu_name name = vgpu_name_of(job->program);
    char work[2 * VGPU_NAME_BYTES];
    int err;

    snprintf(work, sizeof work, "%s is being %s", name.text, job->verb);
    vgpu_trace_work_begin(vgpu_trace_name(work));
    err = make_and_load(job);
    vgpu_trace_work_end(vgpu_trace_name(err != 0 ? "failed" : job->how));
    if (err == 0)
        vgpu_log(VGPU_LOG_info, "%s %s in %.1f ms%s%s", name.text, job->verb,
                 (double)(vgpu_now_ns() - start) / 1e6, job->how ? ": " : "",
                 job->how ? job->how : "");
    return result_of(job, err);
}

static void call_back(void *work)
{
    struct vgpu_build_job *const job = work;

    job->callback.function(job->program, job->callback.user_data);
    vgpu_build_job_destroy(job);
}

static void run_and_call_back(void *work)
{
    run(work);
    if (vgpu_callback_post(call_back, work) != 0)
        call_back(work);
}

cl_int vgpu_build_job_run(struct vgpu_build_job *job)
{
    cl_int err = CL_SUCCESS;

    if (!job->callback.function) {
        err = run(job);
        vgpu_build_job_destroy(job);
    } else if (vgpu_worker_post(&builders, run_and_call_back, job) != 0) {
        run_and_call_back(job);
    }
    return err;
}
