/* SPDX-License-Identifier: MIT */
/* Why a kernel could not be enqueued, in words. */
#ifndef VGPU_API_ND_RANGE_ERROR_H
#define VGPU_API_ND_RANGE_ERROR_H

#include <device.h> /* the room device/ */
#include "object/kernel.h"

/* vgpu_nd_range_explain - says which argument, size or limit of the launch (NULL: it did
 * not come so far) caused `err`. Nothing where the error
 * speaks for itself. */
void vgpu_nd_range_explain(cl_kernel kernel, cl_device_id device,
                           const struct vgpu_launch *launch, cl_int err);

/* vgpu_nd_range_explain_code - no code can be made of the kernel: `log` (or NULL) says
 * why. */
void vgpu_nd_range_explain_code(cl_kernel kernel, const char *log);

#endif
