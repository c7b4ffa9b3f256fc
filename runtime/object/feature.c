/* SPDX-License-Identifier: MIT */
/* What the platform, its devices and OpenCL C offer beside the core. */
#define _GNU_SOURCE
#include "object/feature.h"

#include "object/platform.h"

#include <assert.h>
#include <string.h>

/* Where a row holds: without compiler, with one. */
#define ALWAYS           true, true
#define WITHOUT_COMPILER true, false
#define WITH_COMPILER    false, true

static const struct vgpu_feature rows[] = {
#define PLATFORM_EXTENSION(name, major, minor, patch)    \
    {VGPU_PLATFORM_EXTENSION, ALWAYS, #name, #name "=1", \
     CL_MAKE_VERSION(major, minor, patch)},
#define DEVICE_EXTENSION(name, major, minor, patch, where) \
    {VGPU_DEVICE_EXTENSION, where, #name, #name "=1",      \
     CL_MAKE_VERSION(major, minor, patch)},
#include "object/extension.def"
#define C_FEATURE(name, where) \
    {VGPU_C_FEATURE, where, #name, #name "=1", CL_MAKE_VERSION(3, 0, 0)},
#include "object/c_feature.def"
};
static_assert(sizeof rows / sizeof *rows <= VGPU_MAX_FEATURES, "too many features");

size_t vgpu_features(unsigned kinds, const struct vgpu_feature *list[VGPU_MAX_FEATURES])
{
    const bool has_compiler = vgpu_platform_has_compiler();
    size_t count = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((rows[i].kind & kinds) && (has_compiler ? rows[i].is_there_with_compiler
                                                    : rows[i].is_there_without_compiler))
            list[count++] = &rows[i];
    return count;
}

cl_int vgpu_answer_feature_names(const struct vgpu_answer *answer, unsigned kinds)
{
    const struct vgpu_feature *list[VGPU_MAX_FEATURES];
    const size_t count = vgpu_features(kinds, list);
    char text[VGPU_MAX_FEATURES * CL_NAME_VERSION_MAX_NAME_SIZE] = "", *end = text;

    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            *end++ = ' ';
        end = stpcpy(end, list[i]->name);
    }
    return vgpu_answer_bytes(answer, text, (size_t)(end - text) + 1);
}

cl_int vgpu_answer_features(const struct vgpu_answer *answer, unsigned kinds)
{
    const struct vgpu_feature *list[VGPU_MAX_FEATURES];
    const size_t count = vgpu_features(kinds, list);
    cl_name_version versions[VGPU_MAX_FEATURES] = {{.version = 0}};

    for (size_t i = 0; i < count; i++) {
        versions[i].version = list[i]->version;
        strcpy(versions[i].name, list[i]->name);
    }
    return vgpu_answer_bytes(answer, versions, count * sizeof *versions);
}
