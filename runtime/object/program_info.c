/* SPDX-License-Identifier: MIT */
/* What programs answer to queries. */
#define _GNU_SOURCE
#include "object/program.h"

#include <stdlib.h>

/* A row that only a built program answers. */
#define BUILT_ANSWER(name, call) \
    ANSWER(name, vgpu_program_is_built(program) ? (call) : CL_INVALID_PROGRAM_EXECUTABLE)
#define BUILT_VALUE(name, type, expression)       \
    case name:                                    \
        if (!vgpu_program_is_built(program))      \
            return CL_INVALID_PROGRAM_EXECUTABLE; \
        return vgpu_answer_bytes(answer, &(const type){(expression)}, sizeof(type));

/* No program has a binary. */
static cl_int answer_binary_sizes(cl_program program, const struct vgpu_answer *answer)
{
    size_t *const zeros = calloc(program->num_devices, sizeof *zeros);
    cl_int err;

    if (!zeros)
        return CL_OUT_OF_HOST_MEMORY;
    err = vgpu_answer_bytes(answer, zeros, program->num_devices * sizeof *zeros);
    free(zeros);
    return err;
}

/* The value is an array of places for binaries to go to, so it stays as it is. */
static cl_int answer_binaries(cl_program program, const struct vgpu_answer *answer)
{
    const size_t size = program->num_devices * sizeof(unsigned char *);

    if (answer->value && answer->size < size)
        return CL_INVALID_VALUE;
    if (answer->size_ret)
        *answer->size_ret = size;
    return CL_SUCCESS;
}

static cl_int answer_kernel_names(cl_program program, const struct vgpu_answer *answer)
{
    size_t size = 1;
    char *names, *end;
    cl_int err;

    for (size_t i = 0; i < program->kernels.count; i++)
        size += strlen(program->kernels.items[i].declaration.name) + 1;
    names = malloc(size);
    if (!names)
        return CL_OUT_OF_HOST_MEMORY;
    end = names;
    *end = '\0';
    for (size_t i = 0; i < program->kernels.count; i++) {
        if (i > 0)
            *end++ = ';';
        end = stpcpy(end, program->kernels.items[i].declaration.name);
    }
    err = vgpu_answer_bytes(answer, names, (size_t)(end - names) + 1);
    free(names);
    return err;
}

/* Lock held. */
static cl_int program_info(cl_program program, cl_program_info name,
                           const struct vgpu_answer *answer)
{
    switch (name) {
#include "object/program_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}

cl_int vgpu_program_info(cl_program program, cl_program_info name,
                         const struct vgpu_answer *answer)
{
    cl_int err;

    pthread_mutex_lock(&program->lock);
    err = program_info(program, name, answer);
    pthread_mutex_unlock(&program->lock);
    return err;
}

/* Lock held. */
static cl_int build_info(const struct vgpu_program_build *build,
                         cl_program_build_info name, const struct vgpu_answer *answer)
{
    switch (name) {
#include "object/program_build_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}

cl_int vgpu_program_build_info(cl_program program, cl_device_id device,
                               cl_program_build_info name,
                               const struct vgpu_answer *answer)
{
    cl_int err = CL_INVALID_DEVICE;

    pthread_mutex_lock(&program->lock);
    for (cl_uint i = 0; i < program->num_devices; i++)
        if (program->builds[i].device == device) {
            err = build_info(&program->builds[i], name, answer);
            break;
        }
    pthread_mutex_unlock(&program->lock);
    return err;
}
