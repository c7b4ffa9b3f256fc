/* SPDX-License-Identifier: MIT */
/* Building and compiling a program: its source's kernels are matched, by name and
 * signature, to registered ones. */
#define _GNU_SOURCE
#include "object/program_outcome.h"

#include "command/command.h"
#include "object/context.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is asked for: a build or a compile. */
struct request {
    cl_program_binary_type type;
    cl_int options_error, failure;
    const struct vgpu_header *headers; /* that the source may include */
    size_t num_headers;
};

/* Macros that a source finds beside those of every OpenCL C: of the devices' extensions,
 * and of OpenCL C 3.0 the features. */
static const char *const extension_macros[] = {
    "__EMBEDDED_PROFILE__=1", /* see VGPU_PROFILE */
#define DEVICE_EXTENSION(name, major, minor, patch) #name "=1",
#include "object/extension.def"
};
static const char *const feature_macros[] = {
#define C_FEATURE(name) #name "=1",
#include "object/c_feature.def"
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The macros of the options come last, so that they win. `version` is written to. NULL:
 * no memory. */
static const char **list_defines(const struct vgpu_build_options *options,
                                 char version[48], size_t *count_out)
{
    const size_t most =
        1 + COUNT(extension_macros) + COUNT(feature_macros) + options->num_defines;
    const char **const defines = calloc(most, sizeof *defines);
    size_t count = 0;

    if (!defines)
        return NULL;
    snprintf(version, 48, "__OPENCL_C_VERSION__=%u", options->standard->c_version);
    defines[count++] = version;
    for (size_t i = 0; i < COUNT(extension_macros); i++)
        defines[count++] = extension_macros[i];
    for (size_t i = 0; options->standard->c_version >= 300 && i < COUNT(feature_macros);
         i++)
        defines[count++] = feature_macros[i];
    for (size_t i = 0; i < options->num_defines; i++)
        defines[count++] = options->defines[i];
    *count_out = count;
    return defines;
}

/* Parses the source; #includes that were not found go to the log. */
static int parse_source(cl_program program, const struct request *request,
                        const struct vgpu_build_options *options, FILE *log,
                        struct vgpu_declaration **declarations_out, size_t *count_out,
                        char **error_out)
{
    struct vgpu_parse_options parse_options = {.headers = request->headers,
                                               .num_headers = request->num_headers,
                                               .folders = options->folders,
                                               .num_folders = options->num_folders,
                                               .reads_files = true};
    char version[48], *notes = NULL;
    const char **const defines =
        list_defines(options, version, &parse_options.num_defines);
    int err;

    if (!defines)
        return -ENOMEM;
    parse_options.defines = defines;
    err = vgpu_declarations_parse(program->source, program->source_length, &parse_options,
                                  declarations_out, count_out, &notes, error_out);
    if (notes)
        fputs(notes, log);
    free(notes);
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

/* Binds every declared kernel, and logs all that is wrong, not only the first. 0 or
 * -ENOMEM. */
static int bind_all(FILE *log, const struct vgpu_declaration *declarations, size_t count,
                    bool uniform_work_groups, struct vgpu_outcome *outcome)
{
    bool all_registered = true, all_fit = true;
    int err = 0;

    for (size_t i = 0; err == 0 && i < count; i++) {
        struct vgpu_program_kernel kernel = {.declaration = declarations[i],
                                             .uniform_work_groups = uniform_work_groups};

        all_fit &= bind_kernel(log, &declarations[i], &kernel.code);
        all_registered &= kernel.code != NULL;
        if (all_fit)
            err = vgpu_kernel_list_append(&outcome->kernels, &kernel);
    }
    if (!all_registered)
        log_registered(log);
    if (count == 0)
        fprintf(log, "the source declares no kernel\n");
    outcome->is_success = all_fit && err == 0;
    if (!outcome->is_success)
        vgpu_kernel_list_fini(&outcome->kernels);
    return err;
}

/* 0 or -ENOMEM. */
static int match_source(cl_program program, const struct request *request,
                        const struct vgpu_build_options *options, FILE *log,
                        struct vgpu_outcome *outcome)
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
    err = parse_source(program, request, options, log, &declarations, &count, &error);
    if (err == -EINVAL) {
        fprintf(log, "error: %s\n", error ? error : "the source cannot be read");
        free(error);
        return 0;
    }
    if (err != 0)
        return -ENOMEM;
    err = bind_all(log, declarations, count, options->uniform_work_groups, outcome);
    vgpu_declarations_free(declarations, count);
    return err;
}

/* CL_SUCCESS, also where the build failed, or CL_OUT_OF_HOST_MEMORY. */
static cl_int run_build(cl_program program, const struct request *request,
                        const struct vgpu_build_options *options,
                        struct vgpu_outcome *outcome)
{
    size_t log_size;
    FILE *const log = open_memstream(&outcome->log, &log_size);
    int err;

    if (!log)
        return CL_OUT_OF_HOST_MEMORY;
    err = match_source(program, request, options, log, outcome);
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

cl_int vgpu_program_options(cl_context context, const char *text,
                            enum vgpu_build_stage stage, cl_int error,
                            struct vgpu_build_options *options_out)
{
    char *sentence = NULL;
    const int err = vgpu_build_options_parse(text, stage, options_out, &sentence);

    if (err == -ENOMEM)
        return CL_OUT_OF_HOST_MEMORY;
    if (err == 0)
        return CL_SUCCESS;
    if (sentence)
        vgpu_context_report(context, sentence);
    free(sentence);
    return error;
}

static cl_int build(cl_program program, cl_uint num_devices, const cl_device_id *devices,
                    const char *options_text, const struct request *request)
{
    struct vgpu_build_options options;
    struct vgpu_outcome outcome = {.type = request->type};
    bool is_success;
    cl_int publish_err, err;

    err = vgpu_program_options(program->context, options_text, VGPU_STAGE_COMPILE,
                               request->options_error, &options);
    if (err != CL_SUCCESS)
        return err;
    err = begin(program, num_devices, devices);
    if (err == CL_SUCCESS) {
        err = run_build(program, request, &options, &outcome);
        is_success = outcome.is_success;
        publish_err = vgpu_outcome_publish(&outcome, program, options_text);
        if (err == CL_SUCCESS)
            err = publish_err;
        if (err == CL_SUCCESS && !is_success)
            err = request->failure;
    }
    vgpu_build_options_fini(&options);
    return err;
}

cl_int vgpu_program_build(cl_program program, cl_uint num_devices,
                          const cl_device_id *devices, const char *options)
{
    static const struct request request = {.type = CL_PROGRAM_BINARY_TYPE_EXECUTABLE,
                                           .options_error = CL_INVALID_BUILD_OPTIONS,
                                           .failure = CL_BUILD_PROGRAM_FAILURE};

    return build(program, num_devices, devices, options, &request);
}

cl_int vgpu_program_compile(cl_program program, cl_uint num_devices,
                            const cl_device_id *devices, const char *options,
                            const struct vgpu_header *headers, size_t num_headers)
{
    const struct request request = {.type = CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT,
                                    .options_error = CL_INVALID_COMPILER_OPTIONS,
                                    .failure = CL_COMPILE_PROGRAM_FAILURE,
                                    .headers = headers,
                                    .num_headers = num_headers};

    return build(program, num_devices, devices, options, &request);
}
