/* SPDX-License-Identifier: MIT */
/* Sources compiled in this process. */
#define _GNU_SOURCE
#include "compiling.h"

#include <stdlib.h>
#include <string.h>

#include "dependency.h"
#include "vgpu_test.h"

#define MOST_OPTIONS 32

const char *const all_extensions[] = {
#define EXTENSION(name) name,
#include "extension.def"
#undef EXTENSION
};
const size_t num_all_extensions = sizeof all_extensions / sizeof *all_extensions;

struct compiled compile_with(struct vgpu_cc_source source, const char *options,
                             bool is_executable)
{
    struct compiled compiled = {.status = VGPU_STATUS_FAILED};
    const char *words[MOST_OPTIONS];
    char *copy = strdup(options ? options : "");
    char *rest = copy;
    size_t size;
    FILE *log = open_memstream(&compiled.log, &size);
    char *word;

    source.options = words;
    source.num_options = 0;
    while ((word = strsep(&rest, " "))) {
        if (*word && source.num_options < MOST_OPTIONS)
            words[source.num_options++] = word;
    }
    compiled.status = vgpu_cc_compile(&source, is_executable, log, &compiled.unit,
                                      &compiled.files, &compiled.num_files);
    fclose(log);
    free(copy);
    return compiled;
}

struct compiled compile_source(const char *source, const char *options,
                               bool is_executable)
{
    return compile_with((struct vgpu_cc_source){.name = "program.cl",
                                                .text = source,
                                                .length = strlen(source),
                                                .extensions = all_extensions,
                                                .num_extensions = num_all_extensions,
                                                .debug_folder = ""},
                        options, is_executable);
}

struct compiled link_compiled(struct compiled *objects, size_t count,
                              enum vgpu_unit_kind kind)
{
    struct compiled linked = {.status = VGPU_STATUS_FAILED};
    struct vgpu_unit units[8] = {{0}};
    size_t size;
    FILE *log = open_memstream(&linked.log, &size);

    for (size_t i = 0; i < count; i++)
        units[i] = objects[i].unit;
    linked.status = vgpu_cc_link_units(units, count, NULL, 0, kind, log, &linked.unit);
    fclose(log);
    for (size_t i = 0; i < count; i++)
        compiled_fini(&objects[i]);
    return linked;
}

void compiled_fini(struct compiled *compiled)
{
    if (compiled->status == VGPU_STATUS_DONE)
        vgpu_unit_fini(&compiled->unit);
    vgpu_cc_files_free(compiled->files, compiled->num_files);
    free(compiled->log);
    *compiled = (struct compiled){.status = VGPU_STATUS_FAILED};
}

void expect_refused(const char *source, const char *options, const char *reason)
{
    struct compiled compiled = compile_source(source, options, true);

    if (compiled.status != VGPU_STATUS_REFUSED)
        VGPU_FAIL("%s\nshould be refused, but has status %d: %s", source,
                  (int)compiled.status, compiled.log);
    else
        EXPECT_CONTAINS(compiled.log, reason);
    compiled_fini(&compiled);
}

bool expect_done(const struct compiled *compiled)
{
    if (compiled->status != VGPU_STATUS_DONE)
        VGPU_FAIL("status %d: %s", (int)compiled->status, compiled->log);
    return compiled->status == VGPU_STATUS_DONE;
}
