/* SPDX-License-Identifier: MIT */
/* A source's kernels, matched, by name and signature, to registered ones. */
#define _GNU_SOURCE
#include "object/program_match.h"

#include "object/feature.h"
#include "object/platform.h"
#include "registry.h" /* the room compiler-stub/ */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Macros that a source finds: beside those of every OpenCL C those of the devices'
 * extensions, and of OpenCL C 3.0 the features. The macros of the options come last, so
 * that they win. `version` is written to. NULL: no memory. */
static const char **list_defines(const struct vgpu_build_options *options,
                                 char version[48], size_t *count_out)
{
    const bool has_features = options->standard->c_version >= 300;
    const struct vgpu_feature *features[VGPU_MAX_FEATURES];
    const size_t num_features = vgpu_features(
        VGPU_DEVICE_EXTENSION | (has_features ? VGPU_C_FEATURE : 0u), features);
    const char **const defines =
        calloc(2 + num_features + options->num_defines, sizeof *defines);
    size_t count = 0;

    if (!defines)
        return NULL;
    snprintf(version, 48, "__OPENCL_C_VERSION__=%u", options->standard->c_version);
    defines[count++] = version;
    if (!vgpu_platform_has_compiler())
        defines[count++] = "__EMBEDDED_PROFILE__=1";
    for (size_t i = 0; i < num_features; i++)
        defines[count++] = features[i]->macro;
    for (size_t i = 0; i < options->num_defines; i++)
        defines[count++] = options->defines[i];
    *count_out = count;
    return defines;
}

/* What is read, and where what is found goes. */
struct reading {
    const char *source;
    size_t length;
    const struct vgpu_build_options *options;
    const struct vgpu_header *headers;
    size_t num_headers;
    FILE *log, *misfits;
};

/* Parses the source; #includes that were not found go to the log. */
static int parse_source(const struct reading *reading,
                        struct vgpu_declaration **declarations_out, size_t *count_out,
                        char **error_out)
{
    struct vgpu_parse_options parse_options = {.headers = reading->headers,
                                               .num_headers = reading->num_headers,
                                               .folders = reading->options->folders,
                                               .num_folders =
                                                   reading->options->num_folders,
                                               .reads_files = true};
    char version[48], *notes = NULL;
    const char **const defines =
        list_defines(reading->options, version, &parse_options.num_defines);
    int err;

    if (!defines)
        return -ENOMEM;
    parse_options.defines = defines;
    err = vgpu_declarations_parse(reading->source, reading->length, &parse_options,
                                  declarations_out, count_out, &notes, error_out);
    if (notes)
        fputs(notes, reading->log);
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

static void log_misfit(FILE *log, const char *what,
                       const struct vgpu_declaration *declaration,
                       const struct vgpu_registered_kernel *registered)
{
    fprintf(log, "%s: kernel '%s' is registered with another signature.\n", what,
            declaration->name);
    log_signature(log, "the source declares", declaration);
    log_signature(log, "registered is", &registered->declaration);
    fprintf(log,
            "  registered from: %s\n  what to do: give both the same parameter types and "
            "address spaces, in the same order\n",
            registered->origin);
}

/* Whether a registered kernel fits the declaration; the log says which, or why not. */
static bool bind_kernel(const struct reading *reading,
                        const struct vgpu_declaration *declaration,
                        const struct vgpu_registered_kernel **registered_out)
{
    const struct vgpu_registered_kernel *const registered =
        vgpu_registry_find(declaration->name);
    FILE *const log = reading->log;

    *registered_out = registered;
    if (!registered) {
        fprintf(log, "error: kernel '%s' is not registered.\n", declaration->name);
        log_signature(log, "the source declares", declaration);
        fprintf(
            log,
            "  what to do: write it as a C function with VGPU_KERNEL of "
            "<CL/cl_vgpu_kernel.h> and link it to "
            "the program, or name the library it is in: VGPU_KERNELS=./libkernels.so\n");
        return false;
    }
    if (!vgpu_declaration_matches(declaration, &registered->declaration)) {
        log_misfit(log, "error", declaration, registered);
        log_misfit(reading->misfits, "note", declaration, registered);
        return false;
    }
    fprintf(log, "kernel '%s': bound to %s\n", declaration->name, registered->origin);
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
static int bind_all(const struct reading *reading,
                    const struct vgpu_declaration *declarations, size_t count,
                    struct vgpu_match *match)
{
    bool all_registered = true, all_fit = true;
    int err = 0;

    for (size_t i = 0; err == 0 && i < count; i++) {
        struct vgpu_program_kernel kernel = {.declaration = declarations[i],
                                             .uniform_work_groups =
                                                 reading->options->uniform_work_groups};

        all_fit &= bind_kernel(reading, &declarations[i], &kernel.registered);
        if (vgpu_program_kernel_built(&kernel) &&
            vgpu_build_options_is_c1(reading->options))
            kernel.uniform_work_groups = true;
        all_registered &= kernel.registered != NULL;
        if (all_fit)
            err = vgpu_kernel_list_append(&match->kernels, &kernel);
    }
    if (!all_registered)
        log_registered(reading->log);
    if (count == 0)
        fprintf(reading->log, "the source declares no kernel\n");
    match->num_kernels = count;
    match->is_complete = all_fit && err == 0;
    if (!match->is_complete)
        vgpu_kernel_list_fini(&match->kernels);
    return err;
}

/* 0 or -ENOMEM. */
static int match_source(const struct reading *reading, struct vgpu_match *match)
{
    struct vgpu_declaration *declarations;
    size_t count;
    char *error = NULL;
    int err = parse_source(reading, &declarations, &count, &error);

    if (err == -EINVAL) {
        fprintf(reading->log, "error: %s\n", error ? error : "the source cannot be read");
        free(error);
        return 0;
    }
    if (err != 0)
        return -ENOMEM;
    err = bind_all(reading, declarations, count, match);
    vgpu_declarations_free(declarations, count);
    return err;
}

int vgpu_match_source(const char *source, size_t length,
                      const struct vgpu_build_options *options,
                      const struct vgpu_header *headers, size_t num_headers,
                      struct vgpu_match *match_out)
{
    struct vgpu_match match = {.log = NULL};
    struct reading reading = {.source = source,
                              .length = length,
                              .options = options,
                              .headers = headers,
                              .num_headers = num_headers};
    size_t sizes[2];
    int err = -ENOMEM;

    reading.log = open_memstream(&match.log, &sizes[0]);
    reading.misfits = open_memstream(&match.misfits, &sizes[1]);
    if (reading.log && reading.misfits)
        err = match_source(&reading, &match);
    if (reading.log)
        fclose(reading.log);
    if (reading.misfits)
        fclose(reading.misfits);
    if (err == 0)
        *match_out = match;
    else
        vgpu_match_fini(&match);
    return err;
}

void vgpu_match_fini(struct vgpu_match *match)
{
    vgpu_kernel_list_fini(&match->kernels);
    free(match->log);
    free(match->misfits);
}
