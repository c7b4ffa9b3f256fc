/* SPDX-License-Identifier: MIT */
/* How a call finds its entry point: the table behind every handle, and the look-up by
 * name. */
#ifndef VGPU_DISPATCH_H
#define VGPU_DISPATCH_H

#include "object/handle.h"

#include <CL/cl_icd.h>

/* Every entry point, in the order that ICD loaders expect. What a handle begins with
 * points at it, and libOpenCL.so.1 calls through it: a process has one runtime, however
 * it reached us. */
extern const cl_icd_dispatch vgpu_icd_dispatch __attribute__((visibility("default")));

/* vgpu_entry_point_find - the function of that name, or NULL where there is none or its
 * extension is not supported. Any thread. */
void *vgpu_entry_point_find(const char *name);

#endif
