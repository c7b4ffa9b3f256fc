/* SPDX-License-Identifier: MIT */
/* Building a program: its source's kernels are matched, by name and signature, to
 * registered ones. */
#define _GNU_SOURCE
#include "object/program.h"

#include "command/command.h"
#include "object/build_options.h"
#include "object/context.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a build found out. */
struct outcome {
    bool is_success;
    struct vgpu_program_kernel *kernels; /* of a success; else NULL */
    size_t num_kernels;
    bool uniform_work_groups;
    char *log;
};

/* Macros that a source finds beside those of every OpenCL C: of the devices' extensions,
 * and of OpenCL C 3.0 the features. */
static const char *const extension_macros[] = {
#define DEVICE_EXTENSION(name, major, minor, patch) #name "=1",
#include "object/extension.def"
};
static const char *const feature_macros[] = {
#define C_FEATURE(name) #name "=1",
#include "object/c_feature.def"
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Parses the source; the macros of the options come last, so that they win. */
static int parse_source(cl_program program, const struct vgpu_build_options *options,
                        struct vgpu_declaration **declarations_out, size_t *count_out,
                        char **error_out)
{
    const size_t most =
        1 + COUNT(extension_macros) + COUNT(feature_macros) + options->num_defines;
    const char **const defines = calloc(most, sizeof *defines);
    char version[48];
    size_t count = 0;
    int err;

    if (!defines)
        return -ENOMEM;
    snprintf(version, sizeof version, "__OPENCL_C_VERSION__=%u",
             options->standard->c_version);
    defines[count++] = version;
    for (size_t i = 0; i < COUNT(extension_macros); i++)
        defines[count++] = extension_macros[i];
    for (size_t i = 0; options->standard->c_version >= 300 && i < COUNT(feature_macros);
         i++)
        defines[count++] = feature_macros[i];
    for (size_t i = 0; i < options->num_defines; i++)
        defines[count++] = options->defines[i];
    err = vgpu_declarations_parse(program->source, program->source_length, defines, count,
                                  declarations_out, count_out, error_out);
    free(defines);
    return err;
}

static void log_signature(FILE *log, const char *who,
                          const struct vgpu_declaration *declaration)
{
    char *const text = vgpu_declaration_print(declaration);

    fprintf(log, "  %s: %s\n", who, text ? text : declaration->name);
    free(text);
}

/* Whether a registered kernel fits the declaration; the log says which, or why not. */
static bool bind_kernel(FILE *log, const struct vgpu_declaration *declaration,
                        const struct vgpu_registered_kernel **code_out)
{
    const struct vgpu_registered_kernel *const code =
        vgpu_registry_find(declaration->name);

    *code_out = code;
    if (!code) {
        fprintf(log, "error: kernel '%s' is not registered.\n", declaration->name);
        log_signature(log, "the source declares", declaration);
        fprintf(
            log,
            "  what to do: write it as a C function with VGPU_KERNEL of "
            "<CL/cl_vgpu_kernel.h> and link it to "
            "the program, or name the library it is in: VGPU_KERNELS=./libkernels.so\n");
        return false;
    }
    if (!vgpu_declaration_matches(declaration, &code->declaration)) {
        fprintf(log, "error: kernel '%s' is registered with another signature.\n",
                declaration->name);
        log_signature(log, "the source declares", declaration);
        log_signature(log, "registered is", &code->declaration);
        fprintf(log,
                "  registered from: %s\n  what to do: give both the same parameter types "
                "and address spaces, in the "
                "same order\n",
                code->origin);
        return false;
    }
    fprintf(log, "kernel '%s': bound to %s\n", declaration->name, code->origin);
    return true;
}

static void log_registered(FILE *log)
{
    char *const names = vgpu_registry_names();

    if (names)
        fprintf(log, "registered kernels: %s\n", *names ? names : "none");
    free(names);
}

/* Binds every declared kernel, and logs all that is wrong, not only the first. */
static bool bind_all(FILE *log, const struct vgpu_declaration *declarations, size_t count,
                     struct vgpu_program_kernel *kernels)
{
    bool all_registered = true, all_fit = true;

    for (size_t i = 0; i < count; i++) {
        kernels[i].declaration = declarations[i];
        all_fit &= bind_kernel(log, &declarations[i], &kernels[i].code);
        all_registered &= kernels[i].code != NULL;
    }
    if (!all_registered)
        log_registered(log);
    if (count == 0)
        fprintf(log, "the source declares no kernel\n");
    return all_fit;
}

/* 0 or -ENOMEM. */
static int match_source(cl_program program, const struct vgpu_build_options *options,
                        FILE *log, struct outcome *outcome)
{
    struct vgpu_declaration *declarations;
    size_t count;
    char *error = NULL;
    int err;

    if (!options->standard->is_offered) {
        fprintf(log,
                "error: -cl-std=%s is not offered: CL_DEVICE_OPENCL_C_ALL_VERSIONS lists "
                "what is\n",
                options->standard->name);
        return 0;
    }
    err = parse_source(program, options, &declarations, &count, &error);
    if (err == -EINVAL) {
        fprintf(log, "error: %s\n", error ? error : "the source cannot be read");
        free(error);
        return 0;
    }
    if (err != 0)
        return -ENOMEM;
    outcome->kernels = calloc(count + 1, sizeof *outcome->kernels);
    if (!outcome->kernels) {
        vgpu_declarations_free(declarations, count);
        return -ENOMEM;
    }
    outcome->is_success = bind_all(log, declarations, count, outcome->kernels);
    if (outcome->is_success) {
        outcome->num_kernels = count;
        vgpu_declarations_free(declarations, 0); /* what they hold is the kernels' now */
    } else {
        free(outcome->kernels);
        outcome->kernels = NULL;
        vgpu_declarations_free(declarations, count);
    }
    return 0;
}

/* CL_SUCCESS, also where the build failed, or CL_OUT_OF_HOST_MEMORY. */
static cl_int run_build(cl_program program, const struct vgpu_build_options *options,
                        struct outcome *outcome)
{
    size_t log_size;
    FILE *const log = open_memstream(&outcome->log, &log_size);
    int err;

    if (!log)
        return CL_OUT_OF_HOST_MEMORY;
    outcome->uniform_work_groups = options->uniform_work_groups;
    err = match_source(program, options, log, outcome);
    fclose(log);
    return err == 0 ? CL_SUCCESS : CL_OUT_OF_HOST_MEMORY;
}

static bool is_listed(cl_device_id device, cl_uint num_devices,
                      const cl_device_id *devices)
{
    for (cl_uint i = 0; i < num_devices; i++)
        if (devices[i] == device)
            return true;
    return num_devices == 0;
}

/* Claims the builds of the listed devices. */
static cl_int begin(cl_program program, cl_uint num_devices, const cl_device_id *devices)
{
    cl_int err = CL_SUCCESS;

    if (atomic_load(&program->num_kernel_objects) > 0)
        vgpu_commands_reap(); /* ended commands may hold the last of them */
    pthread_mutex_lock(&program->lock);
    if (atomic_load(&program->num_kernel_objects) > 0)
        err = CL_INVALID_OPERATION;
    for (cl_uint i = 0; i < program->num_devices; i++)
        if (program->builds[i].status == CL_BUILD_IN_PROGRESS)
            err = CL_INVALID_OPERATION;
    for (cl_uint i = 0; err == CL_SUCCESS && i < program->num_devices; i++)
        if (is_listed(program->devices[i], num_devices, devices))
            program->builds[i].status = CL_BUILD_IN_PROGRESS;
    pthread_mutex_unlock(&program->lock);
    return err;
}

/* Makes what the build found out visible. Takes over the outcome. */
static void finish(cl_program program, const char *options_text, struct outcome *outcome)
{
    pthread_mutex_lock(&program->lock);
    for (cl_uint i = 0; i < program->num_devices; i++) {
        struct vgpu_program_build *build = &program->builds[i];

        if (build->status != CL_BUILD_IN_PROGRESS)
            continue;
        free(build->options);
        free(build->log);
        build->options = options_text ? strdup(options_text) : NULL;
        build->log = outcome->log ? strdup(outcome->log) : NULL;
        build->status = outcome->is_success ? CL_BUILD_SUCCESS : CL_BUILD_ERROR;
        build->binary_type = outcome->is_success ? CL_PROGRAM_BINARY_TYPE_EXECUTABLE
                                                 : CL_PROGRAM_BINARY_TYPE_NONE;
    }
    if (outcome->is_success) {
        vgpu_program_kernels_free(program);
        program->kernels = outcome->kernels;
        program->num_kernels = outcome->num_kernels;
        program->uniform_work_groups = outcome->uniform_work_groups;
    }
    pthread_mutex_unlock(&program->lock);
    free(outcome->log);
}

/* Options that cannot be read have no build whose log could say why. */
static cl_int parse_options(cl_program program, const char *text,
                            struct vgpu_build_options *options)
{
    char *error = NULL;
    const int err = vgpu_build_options_parse(text, options, &error);

    if (err == -ENOMEM)
        return CL_OUT_OF_HOST_MEMORY;
    if (err == 0)
        return CL_SUCCESS;
    if (error)
        vgpu_context_report(program->context, error);
    free(error);
    return CL_INVALID_BUILD_OPTIONS;
}

cl_int vgpu_program_build(cl_program program, cl_uint num_devices,
                          const cl_device_id *devices, const char *options_text)
{
    struct vgpu_build_options options;
    struct outcome outcome = {.is_success = false};
    cl_int err = parse_options(program, options_text, &options);

    if (err != CL_SUCCESS)
        return err;
    err = begin(program, num_devices, devices);
    if (err == CL_SUCCESS) {
        err = run_build(program, &options, &outcome);
        if (err == CL_SUCCESS && !outcome.is_success)
            err = CL_BUILD_PROGRAM_FAILURE;
        finish(program, options_text, &outcome);
    }
    vgpu_build_options_fini(&options);
    return err;
}
