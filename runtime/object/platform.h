/* SPDX-License-Identifier: MIT */
/* The platform: the one object that is always there, and the devices it found.
 * [OpenCL 3.0, 4.1] */
#ifndef VGPU_OBJECT_PLATFORM_H
#define VGPU_OBJECT_PLATFORM_H

#include "object/handle.h"
#include "object/info.h"

struct _cl_platform_id {
    struct vgpu_handle handle;
    cl_uint num_devices;
    cl_device_id *devices; /* root devices, fixed once made */
};

/* vgpu_platform_get - the platform, made on first use with its devices. NULL: no memory.
 * Any thread. */
cl_platform_id vgpu_platform_get(void);

/* vgpu_platform_has_compiler - OpenCL C can be compiled: vgpu-cc is there, and
 * VGPU_COMPILER allows it. Found out once. Any thread. */
bool vgpu_platform_has_compiler(void);

/* vgpu_platform_profile - a full profile must have a compiler for OpenCL C.
 * [OpenCL 3.0, 4.2 "CL_DEVICE_COMPILER_AVAILABLE"] */
const char *vgpu_platform_profile(void);

/* vgpu_platform_select - the devices of a type, in order; devices_out has room for
 * num_devices of them. CL_INVALID_DEVICE_TYPE, CL_DEVICE_NOT_FOUND. [Table 4] */
cl_int vgpu_platform_select(cl_platform_id platform, cl_device_type type,
                            cl_device_id *devices_out, cl_uint *count_out);

/* vgpu_platform_info - the answers of clGetPlatformInfo. */
cl_int vgpu_platform_info(cl_platform_id platform, cl_platform_info name,
                          const struct vgpu_answer *answer);

#endif
