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

/* Adds the kernel of that name, once, to the first device's part. */
static cl_int add_built_in(cl_program program, const char *name)
{
    const struct vgpu_registered_kernel *const registered = vgpu_registry_find(name);
    struct vgpu_kernel_list *const kernels = &program->builds[0].part.kernels;
    char text[512];

    if (!registered) {
        snprintf(text, sizeof text,
                 "built-in kernel '%.300s' is not registered: link the object file that "
                 "defines it, or name "
                 "its library in VGPU_KERNELS",
                 name);
        vgpu_context_report(program->context, text);
        return CL_INVALID_VALUE;
    }
    if (!vgpu_kernel_list_find(kernels, name)) {
        const struct vgpu_program_kernel kernel = {
            .registered = registered, .declaration = registered->declaration};

        if (vgpu_kernel_list_append(kernels, &kernel) != 0)
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
    for (cl_uint i = 1; err == CL_SUCCESS && i < program->num_devices; i++)
        if (vgpu_program_part_copy(&program->builds[i].part, &program->builds[0].part) !=
            0)
            err = CL_OUT_OF_HOST_MEMORY;
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

void vgpu_replaced_parts_free(struct vgpu_replaced_parts *list, cl_uint num_devices)
{
    while (list) {
        struct vgpu_replaced_parts *const next = list->next;

        for (cl_uint i = 0; list->parts && i < num_devices; i++)
            vgpu_program_part_fini(&list->parts[i]);
        free(list->parts);
        free(list);
        list = next;
    }
}

void vgpu_program_destroy(void *object)
{
    const cl_program program = object;

    for (cl_uint i = 0; program->builds && i < program->num_devices; i++) {
        vgpu_program_part_fini(&program->builds[i].part);
        vgpu_program_part_fini(&program->builds[i].loaded);
        free(program->builds[i].options);
        free(program->builds[i].log);
    }
    vgpu_replaced_parts_free(program->replaced, program->num_devices);
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

bool vgpu_build_is_executable(const struct vgpu_program_build *build)
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
        built |= vgpu_build_is_executable(&program->builds[i]);
    }
    return built;
}

/* The kernel of that name on the program's device of that index, or NULL. */
static const struct vgpu_program_kernel *find_kernel(cl_program program, cl_uint index,
                                                     const char *name)
{
    const struct vgpu_program_build *const build = &program->builds[index];

    return vgpu_build_is_executable(build)
               ? vgpu_kernel_list_find(&build->part.kernels, name)
               : NULL;
}

static bool is_on_device_before(cl_program program, cl_uint index, const char *name)
{
    for (cl_uint i = 0; i < index; i++)
        if (find_kernel(program, i, name))
            return true;
    return false;
}

const struct vgpu_program_kernel *vgpu_program_next_kernel(
    cl_program program, struct vgpu_kernel_cursor *cursor)
{
    for (; cursor->device < program->num_devices; cursor->device++, cursor->index = 0) {
        const struct vgpu_program_build *const build = &program->builds[cursor->device];
        const struct vgpu_kernel_list *const kernels = &build->part.kernels;

        while (vgpu_build_is_executable(build) && cursor->index < kernels->count) {
            const struct vgpu_program_kernel *const kernel =
                &kernels->items[cursor->index++];

            if (!is_on_device_before(program, cursor->device, kernel->declaration.name))
                return kernel;
        }
    }
    return NULL;
}

static bool is_same_kernel(const struct vgpu_program_kernel *a,
                           const struct vgpu_program_kernel *b)
{
    return vgpu_declaration_matches(vgpu_program_kernel_signature(a),
                                    vgpu_program_kernel_signature(b));
}

/* Fills in what the kernel of that name is on each device. False: not the same. */
static bool fill_row(cl_program program, const char *name,
                     const struct vgpu_program_kernel **row)
{
    const struct vgpu_program_kernel *first = NULL;

    for (cl_uint i = 0; i < program->num_devices; i++) {
        row[i] = find_kernel(program, i, name);
        if (!first)
            first = row[i];
        if (row[i] && !is_same_kernel(first, row[i]))
            return false;
    }
    return true;
}

/* Lock held. */
static cl_int fill_rows(cl_program program, const char *name,
                        const struct vgpu_program_kernel **rows, size_t *count_out)
{
    struct vgpu_kernel_cursor cursor = {.index = 0};
    const struct vgpu_program_kernel *kernel;
    size_t count = 0;

    while ((kernel = vgpu_program_next_kernel(program, &cursor)) != NULL) {
        if (name && strcmp(name, kernel->declaration.name) != 0)
            continue;
        if (fill_row(program, kernel->declaration.name,
                     rows + count * program->num_devices))
            count++;
        else if (name)
            return CL_INVALID_KERNEL_DEFINITION;
    }
    *count_out = count;
    return name && count == 0 ? CL_INVALID_KERNEL_NAME : CL_SUCCESS;
}

/* Lock held. */
static size_t count_kernels(cl_program program)
{
    struct vgpu_kernel_cursor cursor = {.index = 0};
    size_t count = 0;

    while (vgpu_program_next_kernel(program, &cursor))
        count++;
    return count;
}

/* Lock held. */
static cl_int make_rows(cl_program program, const char *name,
                        const struct vgpu_program_kernel ***rows_out, size_t *count_out)
{
    const struct vgpu_program_kernel **rows;
    cl_int err;

    if (!vgpu_program_is_built(program))
        return CL_INVALID_PROGRAM_EXECUTABLE;
    rows = calloc(count_kernels(program) * program->num_devices + 1, sizeof *rows);
    if (!rows)
        return CL_OUT_OF_HOST_MEMORY;
    err = fill_rows(program, name, rows, count_out);
    if (err == CL_SUCCESS)
        *rows_out = rows;
    else
        free(rows);
    return err;
}

cl_int vgpu_program_attach(cl_program program, const char *name, size_t most,
                           const struct vgpu_program_kernel ***rows_out,
                           size_t *count_out)
{
    const struct vgpu_program_kernel **rows = NULL;
    cl_int err;

    pthread_mutex_lock(&program->lock);
    err = make_rows(program, name, &rows, count_out);
    if (err == CL_SUCCESS && *count_out > most)
        err = CL_INVALID_VALUE;
    if (err == CL_SUCCESS) {
        atomic_fetch_add(&program->num_app_kernels, (unsigned)*count_out);
        atomic_fetch_add(&program->num_kernels, (unsigned)*count_out);
    }
    pthread_mutex_unlock(&program->lock);
    if (err == CL_SUCCESS)
        *rows_out = rows;
    else
        free(rows);
    return err;
}

void vgpu_program_detach(cl_program program, size_t count)
{
    atomic_fetch_sub(&program->num_app_kernels, (unsigned)count);
    atomic_fetch_sub(&program->num_kernels, (unsigned)count);
}
