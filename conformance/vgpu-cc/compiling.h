/* SPDX-License-Identifier: MIT */
/* What the tests of vgpu-cc share: sources compiled in this process. */
#ifndef VGPU_CC_COMPILING_H
#define VGPU_CC_COMPILING_H

#include "operation.h"

struct compiled {
    enum vgpu_status status;
    char *log;
    struct vgpu_unit unit; /* of status VGPU_STATUS_DONE */
    struct vgpu_cc_file *files;
    size_t num_files;
};

/* compile_source - an executable, or an object. `options` are separated by blanks. */
struct compiled compile_source(const char *source, const char *options,
                               bool is_executable);
/* compile_with - the same, of a source that says everything itself but its options. */
struct compiled compile_with(struct vgpu_cc_source source, const char *options,
                             bool is_executable);
/* link_compiled - all of them are ended. */
struct compiled link_compiled(struct compiled *objects, size_t count,
                              enum vgpu_unit_kind kind);
void compiled_fini(struct compiled *compiled);

/* expect_refused - that the source does not become an executable, and why. */
void expect_refused(const char *source, const char *options, const char *reason);

/* expect_done - notes a failure with the log; false then. */
bool expect_done(const struct compiled *compiled);

extern const char *const all_extensions[];
extern const size_t num_all_extensions;

#endif
