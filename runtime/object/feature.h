/* SPDX-License-Identifier: MIT */
/* What the platform, its devices and OpenCL C offer beside the core: extension.def and
 * c_feature.def, as far as they hold in this process. */
#ifndef VGPU_OBJECT_FEATURE_H
#define VGPU_OBJECT_FEATURE_H

#include "object/info.h"

enum vgpu_feature_kind {
    VGPU_PLATFORM_EXTENSION = 1,
    VGPU_DEVICE_EXTENSION = 2, /* of the platform, too */
    VGPU_C_FEATURE = 4
};

struct vgpu_feature {
    enum vgpu_feature_kind kind;
    bool is_there_without_compiler, is_there_with_compiler;
    const char *name;
    const char *macro; /* "NAME=1", as -D takes it */
    cl_version version;
};

#define VGPU_MAX_FEATURES 64u

/* vgpu_features - those of the kinds (or'ed), in order; how many. */
size_t vgpu_features(unsigned kinds, const struct vgpu_feature *list[VGPU_MAX_FEATURES]);

/* The same as answers: names with spaces between, and cl_name_version. */
cl_int vgpu_answer_feature_names(const struct vgpu_answer *answer, unsigned kinds);
cl_int vgpu_answer_features(const struct vgpu_answer *answer, unsigned kinds);

#endif
