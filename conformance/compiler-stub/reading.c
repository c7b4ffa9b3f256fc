/* SPDX-License-Identifier: MIT */
/* What the tests of sources share. */
#include "reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "vgpu_test.h"

static size_t count_of(const char *const *strings)
{
    size_t count = 0;
    while (strings && strings[count])
        count++;
    return count;
}

void expect_kernels_with(const char *source, const char *const *defines,
                         const char *expected)
{
    struct vgpu_declaration *declarations = NULL;
    struct vgpu_text printed = {0};
    char *error = NULL;
    char *all;
    size_t count = 0;
    const struct vgpu_parse_options options = {.defines = defines,
                                               .num_defines = count_of(defines)};
    const int status = vgpu_declarations_parse(source, strlen(source), &options,
                                               &declarations, &count, NULL, &error);

    if (status)
        VGPU_FAIL("%s\nis refused: %s", source, error ? error : "(no message)");
    for (size_t i = 0; i < count; i++) {
        char *one = vgpu_declaration_print(&declarations[i]);
        vgpu_text_add(&printed, one + strlen("__kernel void "));
        vgpu_text_add(&printed, ";");
        free(one);
    }
    all = vgpu_text_take(&printed);
    if (!status && strcmp(all, expected) != 0)
        VGPU_FAIL("%s\nexpected %s\nread     %s", source, expected, all);
    free(all);
    free(error);
    vgpu_declarations_free(declarations, count);
}

void expect_kernels(const char *source, const char *expected)
{
    expect_kernels_with(source, NULL, expected);
}

void expect_refused(const char *source, const char *needle)
{
    struct vgpu_declaration *declarations = NULL;
    char *error = NULL;
    size_t count = 0;
    const int status = vgpu_declarations_parse(source, strlen(source), NULL,
                                               &declarations, &count, NULL, &error);

    if (status != -EINVAL || !error || !strstr(error, needle))
        VGPU_FAIL("%.300s\nexpected a message with '%s'\nstatus %d, message %s", source,
                  needle, status, error ? error : "(none)");
    if (!status)
        vgpu_declarations_free(declarations, count);
    free(error);
}

struct vgpu_declaration read_one(const char *source)
{
    struct vgpu_declaration empty = {.name = strdup(""), .attributes = strdup("")};
    struct vgpu_declaration *declarations = NULL;
    char *error = NULL;
    size_t count = 0;

    vgpu_declarations_parse(source, strlen(source), NULL, &declarations, &count, NULL,
                            &error);
    if (count == 1) {
        vgpu_declaration_fini(&empty);
        empty = declarations[0];
        free(declarations);
    } else {
        VGPU_FAIL("%s\nhas %zu kernels, not one: %s", source, count, error ? error : "");
        vgpu_declarations_free(declarations, count);
    }
    free(error);
    return empty;
}

struct vgpu_declaration read_macro(const char *name, const char *parameters)
{
    struct vgpu_declaration declaration = {.name = NULL};
    char *error = NULL;

    if (vgpu_declaration_from_macro(name, parameters, &declaration, &error)) {
        VGPU_FAIL("%s, %s is refused: %s", name, parameters, error ? error : "");
        declaration.name = strdup("");
        declaration.attributes = strdup("");
    }
    free(error);
    return declaration;
}
