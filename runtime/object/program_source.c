/* SPDX-License-Identifier: MIT */
/* From a source to parts: registered kernels, or compiled ones. */
#define _GNU_SOURCE
#include "object/program_source.h"

#include "object/feature.h"
#include "object/program_match.h"
#include "object/program_origin.h"

#include <errno.h>
#include <stdlib.h>

/* Every device that is built for gets the same part; `part` is used up. */
static int share_part(struct vgpu_build_job *job, struct vgpu_program_part *part)
{
    int err = 0;

    for (cl_uint i = 0; err == 0 && i < job->program->num_devices; i++)
        if (vgpu_build_job_has(job, i))
            err = vgpu_program_part_copy(&job->result->parts[i], part);
    vgpu_program_part_fini(part);
    return err;
}

static int use_registered(struct vgpu_build_job *job, struct vgpu_match *match, FILE *log)
{
    struct vgpu_program_part part = {.kernels = match->kernels};

    match->kernels = (struct vgpu_kernel_list){0};
    job->how = "bound to registered kernels";
    fprintf(log, "%s from registered kernels\n%s", job->verb, match->log);
    return share_part(job, &part);
}

static int use_unit(struct vgpu_build_job *job, struct vgpu_unit *unit)
{
    struct vgpu_shared_unit *const shared = vgpu_shared_unit_create(unit);
    struct vgpu_program_part part = {.unit = NULL};
    int err = -ENOMEM;

    if (shared)
        err = vgpu_program_part_add_unit(&part, shared);
    vgpu_shared_unit_release(shared);
    for (size_t i = 0; i < part.kernels.count; i++)
        part.kernels.items[i].uniform_work_groups =
            job->options.uniform_work_groups || vgpu_build_options_is_c1(&job->options);
    if (err == 0)
        return share_part(job, &part);
    vgpu_program_part_fini(&part);
    return err;
}

static int call_compiler(const struct vgpu_build_job *job, struct vgpu_unit *unit_out,
                         char **log_out)
{
    const struct vgpu_feature *features[VGPU_MAX_FEATURES];
    const char *names[VGPU_MAX_FEATURES];
    const size_t num_features =
        vgpu_features(VGPU_DEVICE_EXTENSION | VGPU_C_FEATURE, features);
    const struct vgpu_compile_request request = {
        .source = job->program->source,
        .length = job->program->source_length,
        .options = (const char *const *)job->options.words,
        .num_options = job->options.num_words,
        .extensions = names,
        .num_extensions = num_features,
        .headers = job->headers,
        .num_headers = job->num_headers,
        .is_executable = job->type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE};

    for (size_t i = 0; i < num_features; i++)
        names[i] = features[i]->name;
    return vgpu_compiler_compile(&request, unit_out, log_out);
}

/* What else there was to try is told only where there is no compiler at all. */
static void log_failure(const struct vgpu_build_job *job, int err,
                        const struct vgpu_match *match, const char *compiler_log,
                        FILE *log)
{
    const bool has_none = err == -ENOEXEC;

    fprintf(log, "not %s: %s\n%s", job->verb,
            has_none
                ? (match->log
                       ? "not all kernels are registered, and there is no compiler"
                       : "there is no compiler, and VGPU_COMPILER=opencl-c wants one")
            : err == -EINVAL ? "vgpu-cc finds errors in the source"
                             : "vgpu-cc failed",
            has_none && match->log ? match->log : "");
    if (compiler_log)
        fputs(compiler_log, log);
}

/* A source without kernels does without a compiler as well. */
static int compile(struct vgpu_build_job *job, struct vgpu_match *match, FILE *log)
{
    struct vgpu_unit unit;
    char *compiler_log = NULL;
    int err = call_compiler(job, &unit, &compiler_log);

    if (err == 0) {
        fprintf(log, "compiled by vgpu-cc from OpenCL C\n%s%s",
                match->misfits ? match->misfits : "", compiler_log ? compiler_log : "");
        job->how = unit.is_cached ? "from the cache" : "compiled by vgpu-cc";
        err = use_unit(job, &unit);
    } else if (err == -ENOEXEC && match->is_complete) {
        err = use_registered(job, match, log);
    } else if (err != -ENOMEM) {
        log_failure(job, err, match, compiler_log, log);
        err = -EINVAL;
    }
    free(compiler_log);
    return err;
}

static int match_or_compile(struct vgpu_build_job *job, enum vgpu_origin origin,
                            struct vgpu_match *match, FILE *log)
{
    int err = 0;

    if (origin != VGPU_ORIGIN_OPENCL_C)
        err = vgpu_match_source(job->program->source, job->program->source_length,
                                &job->options, job->headers, job->num_headers, match);
    if (err != 0)
        return err;
    if (match->is_complete &&
        (match->num_kernels > 0 || origin == VGPU_ORIGIN_REGISTERED))
        return use_registered(job, match, log);
    if (origin != VGPU_ORIGIN_REGISTERED)
        return compile(job, match, log);
    fprintf(log, "not %s: VGPU_COMPILER=registered, and not all kernels are\n%s",
            job->verb, match->log);
    return -EINVAL;
}

int vgpu_build_of_source(struct vgpu_build_job *job, FILE *log)
{
    const struct vgpu_c_standard *const standard = job->options.standard;
    struct vgpu_match match = {.log = NULL};
    int err;

    if (!standard->is_offered) {
        fprintf(log,
                "not %s: the version of OpenCL C is none of the device's\nerror: "
                "-cl-std=%s is not offered; of CL_DEVICE_OPENCL_C_ALL_VERSIONS are ",
                job->verb, standard->name);
        vgpu_c_standards_print(log);
        fputs(". What needs 2.0 may well build with CL3.0\n", log);
        return -EINVAL;
    }
    err = match_or_compile(job, vgpu_program_origin(), &match, log);
    vgpu_match_fini(&match);
    return err;
}
