/* SPDX-License-Identifier: MIT */
/* Where negative errno values of device/ and compiler-stub/ become OpenCL's errors. */
#ifndef VGPU_OBJECT_STATUS_H
#define VGPU_OBJECT_STATUS_H

#include "object/handle.h"

/* vgpu_status - the error for a launch or an allocation that failed with -errno. */
cl_int vgpu_status(int negative_errno);

#endif
