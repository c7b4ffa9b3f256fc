/* SPDX-License-Identifier: MIT */
/* Build options: the string that clBuildProgram and clCompileProgram are given,
 * understood. clLinkProgram's too. [OpenCL 3.0, 5.8.6] */
#ifndef VGPU_OBJECT_BUILD_OPTIONS_H
#define VGPU_OBJECT_BUILD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A value of -cl-std=. */
struct vgpu_c_standard {
    const char *name;   /* "CL1.2" */
    unsigned c_version; /* __OPENCL_C_VERSION__ */
    bool is_offered;    /* by our devices */
};

/* vgpu_c_standards_print - the names of those that are offered, with commas between. */
void vgpu_c_standards_print(FILE *file);

/* What is being made: some options are for one only. */
enum vgpu_build_stage {
    VGPU_STAGE_COMPILE = 1, /* clBuildProgram and clCompileProgram */
    VGPU_STAGE_LINK = 2     /* clLinkProgram */
};

struct vgpu_build_options {
    /* What the compiler gets: every option but those that say what a link makes, each one
     * word with its value attached. */
    const char **words;
    size_t num_words;
    const char **defines; /* "NAME" or "NAME=VALUE", in order */
    size_t num_defines;
    const char **folders; /* of -I, in order */
    size_t num_folders;
    const struct vgpu_c_standard *standard; /* CL1.2 where the options name none */
    bool uniform_work_groups;               /* -cl-uniform-work-group-size */
    bool creates_library;
    bool enables_link_options;
    char *text; /* what the arrays point into */
};

/* vgpu_build_options_parse - splits `text` (NULL: none) into words as a shell does
 * (spaces; '...', "..." and \ quote) and looks each up among the options of the stage. 0,
 * -ENOMEM, or -EINVAL with *error_out a sentence that names the word (the caller frees;
 * NULL where memory is short). On failure *options_out is untouched. */
int vgpu_build_options_parse(const char *text, enum vgpu_build_stage stage,
                             struct vgpu_build_options *options_out, char **error_out);

/* vgpu_build_options_is_c1 - of OpenCL C before 2.0, where all groups are of one size. */
static inline bool vgpu_build_options_is_c1(const struct vgpu_build_options *options)
{
    return options->standard->c_version < 200;
}

void vgpu_build_options_fini(struct vgpu_build_options *options);

#endif
