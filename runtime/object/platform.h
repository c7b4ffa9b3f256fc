/* SPDX-License-Identifier: MIT */
/* The platform: the one object that is always there, and the devices it found. [OpenCL 3.0, 4.1] */
#ifndef VGPU_OBJECT_PLATFORM_H
#define VGPU_OBJECT_PLATFORM_H

#include "object/handle.h"

struct _cl_platform_id {
    struct vgpu_handle handle;
    cl_uint num_devices;
    cl_device_id *devices; /* root devices, fixed once made */
};

/* vgpu_platform_get - the platform, made on first use with its devices. NULL: no memory. Any thread. */
cl_platform_id vgpu_platform_get(void);

#endif
