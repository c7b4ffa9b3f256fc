/* SPDX-License-Identifier: MIT */
/* How builds, compiles and links end. */
#define _GNU_SOURCE
#include "object/program_outcome.h"

#include <stdlib.h>
#include <string.h>

/* Lock held. */
static void publish_build(struct vgpu_program_build *build,
                          const struct vgpu_outcome *outcome, const char *options)
{
    free(build->options);
    free(build->log);
    build->options = options ? strdup(options) : NULL;
    build->log = outcome->log ? strdup(outcome->log) : NULL;
    build->status = outcome->is_success ? CL_BUILD_SUCCESS : CL_BUILD_ERROR;
    build->binary_type =
        outcome->is_success ? outcome->type : CL_PROGRAM_BINARY_TYPE_NONE;
    vgpu_kernel_list_fini(&build->object);
}

/* Each device's object is its own: devices may be compiled for one by one. Lock held. */
static cl_int publish_object(struct vgpu_program_build *build,
                             const struct vgpu_outcome *outcome)
{
    if (vgpu_kernel_list_copy(&build->object, &outcome->kernels) == 0)
        return CL_SUCCESS;
    build->status = CL_BUILD_ERROR;
    build->binary_type = CL_PROGRAM_BINARY_TYPE_NONE;
    return CL_OUT_OF_HOST_MEMORY;
}

cl_int vgpu_outcome_publish(struct vgpu_outcome *outcome, cl_program program,
                            const char *options)
{
    const bool is_executable = outcome->type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
    cl_int err = CL_SUCCESS;

    pthread_mutex_lock(&program->lock);
    for (cl_uint i = 0; i < program->num_devices; i++) {
        struct vgpu_program_build *build = &program->builds[i];

        if (build->status != CL_BUILD_IN_PROGRESS)
            continue;
        publish_build(build, outcome, options);
        if (outcome->is_success && !is_executable && err == CL_SUCCESS)
            err = publish_object(build, outcome);
    }
    if (outcome->is_success && is_executable) {
        vgpu_kernel_list_fini(&program->kernels);
        program->kernels = outcome->kernels;
        outcome->kernels = (struct vgpu_kernel_list){0};
    }
    if (!vgpu_program_is_built(program))
        vgpu_kernel_list_fini(&program->kernels);
    pthread_mutex_unlock(&program->lock);
    vgpu_kernel_list_fini(&outcome->kernels);
    free(outcome->log);
    return err;
}
