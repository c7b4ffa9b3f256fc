/* SPDX-License-Identifier: MIT */
/* The files that a source included, from the rule that clang writes for make. */
#ifndef VGPU_CC_DEPENDENCY_H
#define VGPU_CC_DEPENDENCY_H

#include "front_end.h"

/* vgpu_cc_dependencies_read - their absolute paths and their contents' hashes; those in
 * VGPU_CC_OVERLAY_FOLDER and those that cannot be read any more are left out. 0 or
 * -ENOMEM. */
int vgpu_cc_dependencies_read(const char *rule, struct vgpu_cc_file **files_out,
                              size_t *count_out);
void vgpu_cc_files_free(struct vgpu_cc_file *files, size_t count);

#endif
