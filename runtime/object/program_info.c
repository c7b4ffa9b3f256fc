/* SPDX-License-Identifier: MIT */
/* What programs answer to queries. */
#define _GNU_SOURCE
#include "object/program.h"

#include <stdio.h>
#include <stdlib.h>

/* A row that only a built program answers. */
#define BUILT_ANSWER(name, call) \
    ANSWER(name, vgpu_program_is_built(program) ? (call) : CL_INVALID_PROGRAM_EXECUTABLE)
#define BUILT_VALUE(name, type, expression)       \
    case name:                                    \
        if (!vgpu_program_is_built(program))      \
            return CL_INVALID_PROGRAM_EXECUTABLE; \
        return vgpu_answer_bytes(answer, &(const type){(expression)}, sizeof(type));

/* Calls `take` with each device's binary, in order. */
static cl_int each_binary(cl_program program,
                          void (*take)(cl_uint index, const void *bytes, size_t size,
                                       void *data),
                          void *data)
{
    for (cl_uint i = 0; i < program->num_devices; i++) {
        void *bytes;
        size_t size;

        if (vgpu_program_binary(&program->builds[i], &bytes, &size) != 0)
            return CL_OUT_OF_HOST_MEMORY;
        take(i, bytes, size, data);
        free(bytes);
    }
    return CL_SUCCESS;
}

static void note_size(cl_uint index, const void *bytes, size_t size, void *data)
{
    (void)bytes;
    ((size_t *)data)[index] = size;
}

static cl_int answer_binary_sizes(cl_program program, const struct vgpu_answer *answer)
{
    size_t *const sizes = calloc(program->num_devices, sizeof *sizes);
    cl_int err;

    if (!sizes)
        return CL_OUT_OF_HOST_MEMORY;
    err = each_binary(program, note_size, sizes);
    if (err == CL_SUCCESS)
        err = vgpu_answer_bytes(answer, sizes, program->num_devices * sizeof *sizes);
    free(sizes);
    return err;
}

static void copy_out(cl_uint index, const void *bytes, size_t size, void *data)
{
    unsigned char *const to = ((unsigned char *const *)data)[index];

    if (to && size > 0)
        memcpy(to, bytes, size);
}

/* The value is an array of places for binaries to go to; NULL: not that one. */
static cl_int answer_binaries(cl_program program, const struct vgpu_answer *answer)
{
    const size_t size = program->num_devices * sizeof(unsigned char *);

    if (answer->value && answer->size < size)
        return CL_INVALID_VALUE;
    if (answer->size_ret)
        *answer->size_ret = size;
    return answer->value ? each_binary(program, copy_out, answer->value) : CL_SUCCESS;
}

static size_t count_kernels(cl_program program)
{
    struct vgpu_kernel_cursor cursor = {.index = 0};
    size_t count = 0;

    while (vgpu_program_next_kernel(program, &cursor))
        count++;
    return count;
}

static cl_int answer_kernel_names(cl_program program, const struct vgpu_answer *answer)
{
    struct vgpu_kernel_cursor cursor = {.index = 0};
    const struct vgpu_program_kernel *kernel;
    char *names = NULL;
    size_t size;
    FILE *const text = open_memstream(&names, &size);
    bool is_first = true;
    cl_int err;

    if (!text)
        return CL_OUT_OF_HOST_MEMORY;
    while ((kernel = vgpu_program_next_kernel(program, &cursor)) != NULL) {
        fprintf(text, "%s%s", is_first ? "" : ";", kernel->declaration.name);
        is_first = false;
    }
    err = fclose(text) == 0 ? vgpu_answer_bytes(answer, names, size + 1)
                            : CL_OUT_OF_HOST_MEMORY;
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

static size_t variables_size(const struct vgpu_program_build *build)
{
    return build->part.executable ? build->part.unit->unit.variables_size : 0;
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
