/* SPDX-License-Identifier: MIT */
/* Builds, compiles and links under way: how each is begun, run (on the caller's thread,
 * or with a callback on one of ours), and ends. */
#ifndef VGPU_OBJECT_PROGRAM_JOB_H
#define VGPU_OBJECT_PROGRAM_JOB_H

#include "object/program.h"

#include <stdio.h>

struct vgpu_build_job {
    cl_program program;          /* held; its builds in progress are the job's */
    const char *verb;            /* "built", "compiled", "linked": for the log */
    cl_program_binary_type type; /* of a success */
    cl_int failure;              /* what a call returns that fails */
    struct vgpu_build_options options;
    char *options_text; /* as it was given, or NULL */
    struct vgpu_build_callback callback;
    /* What is found out: a part for each of the program's devices that is built for, and
     * the log. 0; -EINVAL: it failed, and the log says why; -ENOMEM. */
    int (*make)(struct vgpu_build_job *job, FILE *log);
    const char *how;                    /* of a success, for log and trace; or NULL */
    struct vgpu_replaced_parts *result; /* the parts; then those that they replaced */

    /* A compile's. */
    size_t num_headers;
    struct vgpu_header *headers;
    cl_program *header_programs; /* held: their sources are the headers' texts */

    /* A link's: for each device of the program, num_inputs parts. */
    size_t num_inputs;
    struct vgpu_program_part *inputs;
};

/* vgpu_build_job_create - for the program, with nothing else set. NULL: no memory. */
struct vgpu_build_job *vgpu_build_job_create(cl_program program);
void vgpu_build_job_destroy(struct vgpu_build_job *job);

/* vgpu_build_job_has - the program's device of that index is built for. */
bool vgpu_build_job_has(const struct vgpu_build_job *job, cl_uint index);

/* vgpu_build_job_run - takes over the job: makes the parts, loads executables, and
 * publishes what came of it in the program's builds. Without callback CL_SUCCESS,
 * `failure`, CL_OUT_OF_RESOURCES (no memory on the device) or CL_OUT_OF_HOST_MEMORY; with
 * one CL_SUCCESS at once, and the callback comes when all is done. No lock held. */
cl_int vgpu_build_job_run(struct vgpu_build_job *job);

#endif
