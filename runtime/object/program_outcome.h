/* SPDX-License-Identifier: MIT */
/* What builds, compiles and links have in common: how they end. */
#ifndef VGPU_OBJECT_PROGRAM_OUTCOME_H
#define VGPU_OBJECT_PROGRAM_OUTCOME_H

#include "object/program.h"

/* What was found out. Starts as {.type = ...}. */
struct vgpu_outcome {
    cl_program_binary_type type; /* of a success */
    bool is_success;
    struct vgpu_kernel_list kernels; /* of a success; else empty */
    char *log;                       /* or NULL */
};

/* vgpu_outcome_publish - ends what goes on: the program's builds in progress get status,
 * type, log and `options` (NULL: none), and the kernels become what the program offers,
 * or the object that it can be linked from. Takes over what the outcome holds. CL_SUCCESS
 * also of a failure, or CL_OUT_OF_HOST_MEMORY, and then the builds have failed. */
cl_int vgpu_outcome_publish(struct vgpu_outcome *outcome, cl_program program,
                            const char *options);

#endif
