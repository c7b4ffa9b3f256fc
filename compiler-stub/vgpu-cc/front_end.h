/* SPDX-License-Identifier: MIT */
/* The front end: the system's clang turns a source into bitcode, in a process of its own.
 */
#ifndef VGPU_CC_FRONT_END_H
#define VGPU_CC_FRONT_END_H

#include "compiler/hash.h"
#include "declaration.h"
#include "watch.h"

#include <stdint.h>
#include <stdio.h>

enum vgpu_cc_language {
    VGPU_CC_OPENCL_C = 0,
    VGPU_CC_C = 1 /* with CL/cl_vgpu_kernel.h */
};

struct vgpu_cc_source {
    enum vgpu_cc_language language;
    const char *name; /* in diagnostics */
    const char *text;
    size_t length;
    const char *const *options; /* as of struct vgpu_compile_request */
    size_t num_options;
    const char *const *extensions;
    size_t num_extensions;
    const struct vgpu_header *headers;
    size_t num_headers;
    const char *debug_folder; /* in which debuggers look for `name`; "": the current one
                               */
};

/* A file that a source included, but for clang's own. */
struct vgpu_cc_file {
    char *path;
    struct vgpu_hash hash; /* of its contents */
};

struct vgpu_cc_front_end_result {
    void *bitcode;
    size_t bitcode_size;
    struct vgpu_cc_file *files;
    size_t num_files;
};

/* vgpu_cc_front_end - relative folders are below the current one. Diagnostics go to the
 * log, as clang writes them. The environment variable VGPU_CLANG names another clang. 0,
 * -EINVAL: the source is wrong; -ENOENT: there is no clang; or another negative errno;
 * the log says why. */
int vgpu_cc_front_end(const struct vgpu_cc_source *source, FILE *log,
                      struct vgpu_cc_front_end_result *result_out);
void vgpu_cc_front_end_result_fini(struct vgpu_cc_front_end_result *result);

/* vgpu_cc_clang - the clang that is run: a path, or a name to be looked for in PATH. */
const char *vgpu_cc_clang(void);

/* vgpu_cc_has_option - whether `text` is one of the options. */
bool vgpu_cc_has_option(const char *const *options, size_t num_options, const char *text);

/* vgpu_cc_watch_of - how the options want kernels to be watched. */
enum vgpu_cc_watch vgpu_cc_watch_of(const char *const *options, size_t num_options);

/* vgpu_cc_has_lines_only - whether the source becomes bitcode that knows its lines for
 * the sake of messages, and not for debuggers. */
bool vgpu_cc_has_lines_only(const struct vgpu_cc_source *source);

/* vgpu_cc_is_option - a whole word that a source can be compiled with. */
bool vgpu_cc_is_option(const char *option);

#endif
