/* SPDX-License-Identifier: MIT */
/* What vgpu-cc does, whole: from sources to units, and from units to units and code. */
#ifndef VGPU_CC_OPERATION_H
#define VGPU_CC_OPERATION_H

#include "built.h"
#include "code.h"
#include "front_end.h"
#include "unit.h"

#include "compiler/request.h"

/* All leave the reason of what they refuse in the log, and nothing in their _out. */

/* vgpu_cc_compile - one source becomes an object, or an executable. The files that it
 * included go to *files_out, for vgpu_cc_files_free. */
enum vgpu_status vgpu_cc_compile(const struct vgpu_cc_source *source, bool is_executable,
                                 FILE *log, struct vgpu_unit *unit_out,
                                 struct vgpu_cc_file **files_out, size_t *num_files_out);

/* vgpu_cc_build - one source becomes code to be linked into a program (built.h). The
 * caller frees the bytes. */
enum vgpu_status vgpu_cc_build(const struct vgpu_cc_source *source,
                               const struct vgpu_cc_build *build, FILE *log,
                               void **bytes_out, size_t *size_out,
                               struct vgpu_cc_file **files_out, size_t *num_files_out);

/* vgpu_cc_link_units - objects and libraries become a library or an executable. */
enum vgpu_status vgpu_cc_link_units(const struct vgpu_unit *units, size_t num_units,
                                    const char *const *options, size_t num_options,
                                    enum vgpu_unit_kind kind, FILE *log,
                                    struct vgpu_unit *unit_out);

/* vgpu_cc_unit_code - code of one kernel of an executable. The caller frees the bytes. */
enum vgpu_status vgpu_cc_unit_code(const struct vgpu_unit *unit,
                                   const struct vgpu_cc_code_request *request, FILE *log,
                                   void **bytes_out, size_t *size_out);

/* vgpu_cc_tools - the absolute paths of the files whose change changes what is compiled;
 * the last is NULL. The caller frees each, and the list. NULL: no memory. */
char **vgpu_cc_tools(size_t *count_out);

#endif
