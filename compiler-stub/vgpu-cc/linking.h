/* SPDX-License-Identifier: MIT */
/* Several sources' modules become one. */
#ifndef VGPU_CC_LINKING_H
#define VGPU_CC_LINKING_H

#include "module.h"

/* vgpu_cc_link - adds bitcode to module->module (which may be NULL before the first).
 * False after a line in the log that names what both define. */
bool vgpu_cc_link(struct vgpu_cc_module *module, const void *bitcode, size_t size);

#endif
