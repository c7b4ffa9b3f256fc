/* SPDX-License-Identifier: MIT */
/* What <CL/cl_vgpu_kernel.h> puts into kernels in C, and nobody has written. */
#ifndef VGPU_CC_TRACED_MACHINERY_H
#define VGPU_CC_TRACED_MACHINERY_H

#include "module.h"

/* vgpu_cc_machinery_dissolve - in kernels of C, once functions are inlined: the structs
 * of the group and the item become values, and branches go that were decided when the
 * header was written. What the source's author wrote stays as it is. False after a line
 * in the log. */
bool vgpu_cc_machinery_dissolve(struct vgpu_cc_module *module);

#endif
