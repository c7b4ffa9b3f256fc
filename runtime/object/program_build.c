/* SPDX-License-Identifier: MIT */
/* Building and compiling a program: which of its devices, from what, and when. */
#define _GNU_SOURCE
#include "object/program_job.h"

#include "command/command.h"
#include "object/context.h"
#include "object/program_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_listed(cl_device_id device, cl_uint num_devices,
                      const cl_device_id *devices)
{
    for (cl_uint i = 0; i < num_devices; i++)
        if (devices[i] == device)
            return true;
    return num_devices == 0;
}

/* Whether a build of the listed devices can begin. Lock held. */
static cl_int check_claim(cl_program program, cl_uint num_devices,
                          const cl_device_id *devices)
{
    if (atomic_load(&program->num_app_kernels) > 0)
        return CL_INVALID_OPERATION;
    for (cl_uint i = 0; i < program->num_devices; i++) {
        const struct vgpu_program_build *const build = &program->builds[i];

        if (build->status == CL_BUILD_IN_PROGRESS)
            return CL_INVALID_OPERATION;
        if (program->is_from_binary &&
            build->loaded_type != CL_PROGRAM_BINARY_TYPE_EXECUTABLE &&
            is_listed(build->device, num_devices, devices))
            return CL_INVALID_BINARY;
    }
    return CL_SUCCESS;
}

/* Claims the builds of the listed devices. */
static cl_int claim(cl_program program, cl_uint num_devices, const cl_device_id *devices)
{
    cl_int err;

    if (atomic_load(&program->num_kernels) > 0)
        vgpu_commands_reap(); /* what is replaced can go where none is left */
    pthread_mutex_lock(&program->lock);
    err = check_claim(program, num_devices, devices);
    for (cl_uint i = 0; err == CL_SUCCESS && i < program->num_devices; i++)
        if (is_listed(program->devices[i], num_devices, devices))
            program->builds[i].status = CL_BUILD_IN_PROGRESS;
    pthread_mutex_unlock(&program->lock);
    return err;
}

cl_int vgpu_program_options(cl_context context, const char *text,
                            enum vgpu_build_stage stage, cl_int error,
                            struct vgpu_build_options *options_out)
{
    char *sentence = NULL;
    const int err = vgpu_build_options_parse(text, stage, options_out, &sentence);

    if (err == -ENOMEM)
        return CL_OUT_OF_HOST_MEMORY;
    if (err == 0)
        return CL_SUCCESS;
    if (sentence)
        vgpu_context_report(context, sentence);
    free(sentence);
    return error;
}

/* A job for the program; options are parsed, and its text is kept. */
static cl_int make_job(cl_program program, const char *options, cl_int options_error,
                       struct vgpu_build_callback callback,
                       struct vgpu_build_job **job_out)
{
    struct vgpu_build_job *const job = vgpu_build_job_create(program);
    cl_int err;

    if (!job)
        return CL_OUT_OF_HOST_MEMORY;
    err = vgpu_program_options(program->context, options, VGPU_STAGE_COMPILE,
                               options_error, &job->options);
    if (err == CL_SUCCESS && options) {
        job->options_text = strdup(options);
        if (!job->options_text)
            err = CL_OUT_OF_HOST_MEMORY;
    }
    job->callback = callback;
    if (err == CL_SUCCESS)
        *job_out = job;
    else
        vgpu_build_job_destroy(job);
    return err;
}

/* Claims the devices, and takes over the job. */
static cl_int run(struct vgpu_build_job *job, cl_uint num_devices,
                  const cl_device_id *devices)
{
    const cl_int err = claim(job->program, num_devices, devices);

    if (err == CL_SUCCESS)
        return vgpu_build_job_run(job);
    vgpu_build_job_destroy(job);
    return err;
}

/* The binary's part, which stays. */
static int make_of_binary(struct vgpu_build_job *job, FILE *log)
{
    int err = 0;

    fputs("built from a binary\n", log);
    for (cl_uint i = 0; err == 0 && i < job->program->num_devices; i++)
        if (vgpu_build_job_has(job, i))
            err = vgpu_program_part_copy(&job->result->parts[i],
                                         &job->program->builds[i].loaded);
    return err;
}

cl_int vgpu_program_build(cl_program program, cl_uint num_devices,
                          const cl_device_id *devices, const char *options,
                          struct vgpu_build_callback callback)
{
    struct vgpu_build_job *job;
    const cl_int err =
        make_job(program, options, CL_INVALID_BUILD_OPTIONS, callback, &job);

    if (err != CL_SUCCESS)
        return err;
    job->verb = "built";
    job->type = CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
    job->failure = CL_BUILD_PROGRAM_FAILURE;
    job->make = program->is_from_binary ? make_of_binary : vgpu_build_of_source;
    return run(job, num_devices, devices);
}

/* Another thread may release the headers, so the job holds them. */
static cl_int take_headers(struct vgpu_build_job *job, cl_uint num_headers,
                           const cl_program *programs, const char **names)
{
    job->headers = calloc((size_t)num_headers + 1, sizeof *job->headers);
    job->header_programs = calloc((size_t)num_headers + 1, sizeof *job->header_programs);
    if (!job->headers || !job->header_programs)
        return CL_OUT_OF_HOST_MEMORY;
    for (cl_uint i = 0; i < num_headers; i++) {
        char *const name = strdup(names[i]);

        if (!name)
            return CL_OUT_OF_HOST_MEMORY;
        vgpu_retain(programs[i]);
        job->header_programs[i] = programs[i];
        job->headers[i] =
            (struct vgpu_header){name, programs[i]->source, programs[i]->source_length};
        job->num_headers++;
    }
    return CL_SUCCESS;
}

cl_int vgpu_program_compile(cl_program program, cl_uint num_devices,
                            const cl_device_id *devices, const char *options,
                            cl_uint num_headers, const cl_program *headers,
                            const char **names, struct vgpu_build_callback callback)
{
    struct vgpu_build_job *job;
    cl_int err = make_job(program, options, CL_INVALID_COMPILER_OPTIONS, callback, &job);

    if (err != CL_SUCCESS)
        return err;
    job->verb = "compiled";
    job->type = CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT;
    job->failure = CL_COMPILE_PROGRAM_FAILURE;
    job->make = vgpu_build_of_source;
    err = take_headers(job, num_headers, headers, names);
    if (err == CL_SUCCESS)
        return run(job, num_devices, devices);
    vgpu_build_job_destroy(job);
    return err;
}
