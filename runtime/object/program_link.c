/* SPDX-License-Identifier: MIT */
/* Linking: a new program of the kernels that others were compiled to. */
#define _GNU_SOURCE
#include "object/program_outcome.h"

#include "object/build_options.h"
#include "object/context.h"

#include <stdio.h>
#include <stdlib.h>

/* What a program can be linked from, on that device; NULL: nothing. Lock held. */
static const struct vgpu_program_build *find_object(cl_program program,
                                                    cl_device_id device)
{
    for (cl_uint i = 0; i < program->num_devices; i++) {
        const struct vgpu_program_build *const build = &program->builds[i];
        const bool is_object =
            build->binary_type == CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT ||
            build->binary_type == CL_PROGRAM_BINARY_TYPE_LIBRARY;

        if (build->device == device)
            return is_object || build->status == CL_BUILD_IN_PROGRESS ? build : NULL;
    }
    return NULL;
}

/* Claims the build of a device if all inputs have something for it. None may have. */
static cl_int claim(struct vgpu_program_build *build, cl_uint num_inputs,
                    const cl_program *inputs)
{
    cl_uint num_objects = 0;
    bool is_busy = false;

    for (cl_uint i = 0; i < num_inputs; i++) {
        const struct vgpu_program_build *object;

        pthread_mutex_lock(&inputs[i]->lock);
        object = find_object(inputs[i], build->device);
        num_objects += object != NULL;
        is_busy |= object && object->status == CL_BUILD_IN_PROGRESS;
        pthread_mutex_unlock(&inputs[i]->lock);
    }
    if (is_busy || (num_objects > 0 && num_objects < num_inputs))
        return CL_INVALID_OPERATION;
    if (num_objects > 0)
        build->status = CL_BUILD_IN_PROGRESS;
    return CL_SUCCESS;
}

/* Nobody else knows the program yet, so its lock is not needed. */
static cl_int claim_all(cl_program program, cl_uint num_inputs, const cl_program *inputs)
{
    cl_int err = CL_SUCCESS;
    bool is_any = false;

    for (cl_uint i = 0; err == CL_SUCCESS && i < program->num_devices; i++) {
        err = claim(&program->builds[i], num_inputs, inputs);
        is_any |= program->builds[i].status == CL_BUILD_IN_PROGRESS;
    }
    return err == CL_SUCCESS && !is_any ? CL_INVALID_OPERATION : err;
}

static void log_declaration(FILE *log, const struct vgpu_declaration *declaration)
{
    char *const text = vgpu_declaration_print(declaration);

    fprintf(log, "  %s%s%s\n", declaration->attributes,
            *declaration->attributes ? " " : "", text ? text : declaration->name);
    free(text);
}

/* A definition and a declaration may name their parameters differently; two definitions
 * may not. */
static bool agree(const struct vgpu_program_kernel *a,
                  const struct vgpu_program_kernel *b)
{
    if (a->declaration.is_definition && b->declaration.is_definition)
        return vgpu_declaration_is_same(&a->declaration, &b->declaration);
    return vgpu_declaration_matches(&a->declaration, &b->declaration);
}

/* 0 or -ENOMEM. */
static int add_kernel(struct vgpu_outcome *outcome, FILE *log, cl_uint input,
                      const struct vgpu_program_kernel *kernel)
{
    const char *const name = kernel->declaration.name;
    struct vgpu_program_kernel *const present =
        vgpu_kernel_list_find(&outcome->kernels, name);
    struct vgpu_declaration copy;
    int err;

    if (!present) {
        fprintf(log, "kernel '%s': of input program %u\n", name, input);
        return vgpu_kernel_list_append(&outcome->kernels, kernel);
    }
    if (!agree(present, kernel)) {
        fprintf(log, "error: kernel '%s' is in two input programs, and differs:\n", name);
        log_declaration(log, &present->declaration);
        log_declaration(log, &kernel->declaration);
        fprintf(log,
                "  what to do: give both the same declaration, or one another name\n");
        outcome->is_success = false;
        return 0;
    }
    if (!kernel->declaration.is_definition || present->declaration.is_definition)
        return 0;
    err = vgpu_declaration_copy(&kernel->declaration, &copy);
    if (err != 0)
        return err;
    vgpu_declaration_fini(&present->declaration);
    present->declaration = copy;
    present->uniform_work_groups = kernel->uniform_work_groups;
    return 0;
}

/* The kernels that an input has for the devices that are linked for. */
static int add_input(struct vgpu_outcome *outcome, FILE *log, cl_program program,
                     cl_uint number, cl_program input)
{
    int err = 0;

    pthread_mutex_lock(&input->lock);
    for (cl_uint d = 0; err == 0 && d < program->num_devices; d++) {
        const struct vgpu_program_build *const build = &program->builds[d];
        const struct vgpu_program_build *object = NULL;

        if (build->status == CL_BUILD_IN_PROGRESS)
            object = find_object(input, build->device);
        for (size_t i = 0; object && err == 0 && i < object->object.count; i++)
            err = add_kernel(outcome, log, number, &object->object.items[i]);
    }
    pthread_mutex_unlock(&input->lock);
    return err;
}

/* CL_SUCCESS, also where the link failed, or CL_OUT_OF_HOST_MEMORY. */
static cl_int run_link(cl_program program, cl_uint num_inputs, const cl_program *inputs,
                       struct vgpu_outcome *outcome)
{
    size_t log_size;
    FILE *const log = open_memstream(&outcome->log, &log_size);
    int err = 0;

    if (!log)
        return CL_OUT_OF_HOST_MEMORY;
    outcome->is_success = true;
    for (cl_uint i = 0; err == 0 && i < num_inputs; i++)
        err = add_input(outcome, log, program, i + 1, inputs[i]);
    fclose(log);
    if (err != 0)
        outcome->is_success = false;
    return err == 0 ? CL_SUCCESS : CL_OUT_OF_HOST_MEMORY;
}

/* Makes the program, and links if it can begin. */
static cl_int link_devices(cl_context context, cl_uint num_devices,
                           const cl_device_id *devices, const char *options_text,
                           cl_program_binary_type type, cl_uint num_inputs,
                           const cl_program *inputs, cl_program *program_out)
{
    struct vgpu_outcome outcome = {.type = type};
    cl_program program;
    bool is_success;
    cl_int err = vgpu_program_create(context, num_devices, devices, &program),
           publish_err;

    if (err != CL_SUCCESS)
        return err;
    err = claim_all(program, num_inputs, inputs);
    if (err == CL_SUCCESS) {
        err = run_link(program, num_inputs, inputs, &outcome);
        is_success = outcome.is_success;
        publish_err = vgpu_outcome_publish(&outcome, program, options_text);
        if (err == CL_SUCCESS)
            err = publish_err;
        if (err == CL_SUCCESS && !is_success)
            err = CL_LINK_PROGRAM_FAILURE;
    }
    if (err == CL_SUCCESS || err == CL_LINK_PROGRAM_FAILURE)
        *program_out = program;
    else
        vgpu_program_abandon(program);
    return err;
}

cl_int vgpu_program_link(cl_context context, cl_uint num_devices,
                         const cl_device_id *devices, const char *options_text,
                         cl_uint num_inputs, const cl_program *inputs,
                         cl_program *program_out)
{
    struct vgpu_build_options options;
    cl_program_binary_type type = CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
    cl_int err = vgpu_program_options(context, options_text, VGPU_STAGE_LINK,
                                      CL_INVALID_LINKER_OPTIONS, &options);

    if (err != CL_SUCCESS)
        return err;
    if (options.creates_library)
        type = CL_PROGRAM_BINARY_TYPE_LIBRARY;
    vgpu_build_options_fini(&options);
    if (num_devices == 0)
        return link_devices(context, context->num_devices, context->devices, options_text,
                            type, num_inputs, inputs, program_out);
    return link_devices(context, num_devices, devices, options_text, type, num_inputs,
                        inputs, program_out);
}
