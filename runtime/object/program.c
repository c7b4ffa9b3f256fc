/* SPDX-License-Identifier: MIT */
/* Programs: their lives, and the kernels they offer. */
#define _GNU_SOURCE
#include "object/program.h"

#include "object/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vgpu_program_abandon(cl_program program)
{
    vgpu_app_release(VGPU_KIND_program, program, CL_INVALID_PROGRAM);
}

cl_int vgpu_program_create(cl_context context, cl_uint num_devices,
                           const cl_device_id *devices, cl_program *program_out)
{
    const cl_program program = vgpu_handle_create(VGPU_KIND_program);

    if (!program)
        return CL_OUT_OF_HOST_MEMORY;
    vgpu_retain(context);
    program->context = context;
    pthread_mutex_init(&program->lock, NULL);
    program->devices = calloc(num_devices, sizeof *program->devices);
    program->builds = calloc(num_devices, sizeof *program->builds);
    if (!program->devices || !program->builds) {
        vgpu_program_abandon(program);
        return CL_OUT_OF_HOST_MEMORY;
    }
    program->num_devices = num_devices;
    for (cl_uint i = 0; i < num_devices; i++) {
        program->devices[i] = devices[i];
        program->builds[i].device = devices[i];
        program->builds[i].status = CL_BUILD_NONE;
        program->builds[i].binary_type = CL_PROGRAM_BINARY_TYPE_NONE;
    }
    *program_out = program;
    return CL_SUCCESS;
}

cl_int vgpu_program_from_source(cl_context context, char *source, size_t length,
                                cl_program *program_out)
{
    const cl_int err =
        vgpu_program_create(context, context->num_devices, context->devices, program_out);

    if (err != CL_SUCCESS) {
        free(source);
        return err;
    }
    (*program_out)->source = source;
    (*program_out)->source_length = length;
    return CL_SUCCESS;
}

/* Adds the kernel of that name, once. */
static cl_int add_built_in(cl_program program, const char *name)
{
    const struct vgpu_registered_kernel *const code = vgpu_registry_find(name);
    char text[512];

    if (!code) {
        snprintf(text, sizeof text,
                 "built-in kernel '%.300s' is not registered: link the object file that "
                 "defines it, or name "
                 "its library in VGPU_KERNELS",
                 name);
        vgpu_context_report(program->context, text);
        return CL_INVALID_VALUE;
    }
    if (!vgpu_kernel_list_find(&program->kernels, name)) {
        const struct vgpu_program_kernel kernel = {.code = code,
                                                   .declaration = code->declaration};

        if (vgpu_kernel_list_append(&program->kernels, &kernel) != 0)
            return CL_OUT_OF_HOST_MEMORY;
    }
    return CL_SUCCESS;
}

static cl_int add_all_built_in(cl_program program, const char *names)
{
    char *const copy = strdup(names);
    cl_int err = CL_OUT_OF_HOST_MEMORY;

    program->built_in_names = strdup(names);
    if (copy && program->built_in_names) {
        char *rest = copy;

        do
            err = add_built_in(program, strsep(&rest, ";"));
        while (err == CL_SUCCESS && rest);
    }
    free(copy);
    return err;
}

cl_int vgpu_program_from_built_in(cl_context context, cl_uint num_devices,
                                  const cl_device_id *devices, const char *names,
                                  cl_program *program_out)
{
    cl_program program;
    cl_int err = vgpu_program_create(context, num_devices, devices, &program);

    if (err != CL_SUCCESS)
        return err;
    err = add_all_built_in(program, names);
    if (err != CL_SUCCESS) {
        vgpu_program_abandon(program);
        return err;
    }
    for (cl_uint i = 0; i < num_devices; i++) {
        program->builds[i].status = CL_BUILD_SUCCESS;
        program->builds[i].binary_type = CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
    }
    *program_out = program;
    return CL_SUCCESS;
}

void vgpu_program_destroy(void *object)
{
    const cl_program program = object;

    vgpu_kernel_list_fini(&program->kernels);
    for (cl_uint i = 0; program->builds && i < program->num_devices; i++) {
        vgpu_kernel_list_fini(&program->builds[i].object);
        free(program->builds[i].options);
        free(program->builds[i].log);
    }
    free(program->builds);
    free(program->devices);
    free(program->source);
    free(program->built_in_names);
    pthread_mutex_destroy(&program->lock);
    vgpu_release(program->context);
}

bool vgpu_program_has_device(cl_program program, cl_device_id device)
{
    for (cl_uint i = 0; i < program->num_devices; i++)
        if (program->devices[i] == device)
            return true;
    return false;
}

static bool is_executable(const struct vgpu_program_build *build)
{
    return build->status == CL_BUILD_SUCCESS &&
           build->binary_type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
}

bool vgpu_program_is_built(cl_program program)
{
    bool built = false;

    for (cl_uint i = 0; i < program->num_devices; i++) {
        if (program->builds[i].status == CL_BUILD_IN_PROGRESS)
            return false;
        built |= is_executable(&program->builds[i]);
    }
    return built;
}

bool vgpu_program_is_built_for(cl_program program, cl_device_id device)
{
    for (cl_uint i = 0; i < program->num_devices; i++)
        if (program->builds[i].device == device)
            return is_executable(&program->builds[i]);
    return false;
}

/* Lock held. */
static cl_int find_kernels(cl_program program, const char *name,
                           const struct vgpu_program_kernel **kernels_out,
                           size_t *count_out)
{
    if (!vgpu_program_is_built(program))
        return CL_INVALID_PROGRAM_EXECUTABLE;
    if (!name) {
        *kernels_out = program->kernels.items;
        *count_out = program->kernels.count;
        return CL_SUCCESS;
    }
    *kernels_out = vgpu_kernel_list_find(&program->kernels, name);
    *count_out = 1;
    return *kernels_out ? CL_SUCCESS : CL_INVALID_KERNEL_NAME;
}

cl_int vgpu_program_attach(cl_program program, const char *name, size_t most,
                           const struct vgpu_program_kernel **kernels_out,
                           size_t *count_out)
{
    cl_int err;

    pthread_mutex_lock(&program->lock);
    err = find_kernels(program, name, kernels_out, count_out);
    if (err == CL_SUCCESS && *count_out > most)
        err = CL_INVALID_VALUE;
    if (err == CL_SUCCESS)
        atomic_fetch_add(&program->num_kernel_objects, (unsigned)*count_out);
    pthread_mutex_unlock(&program->lock);
    return err;
}

void vgpu_program_detach(cl_program program, size_t count)
{
    atomic_fetch_sub(&program->num_kernel_objects, (unsigned)count);
}
