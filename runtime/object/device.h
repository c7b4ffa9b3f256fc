/* SPDX-License-Identifier: MIT */
/* A cl_device_id: one virtual GPU, as the application sees it. [OpenCL 3.0, 4.2] */
#ifndef VGPU_OBJECT_DEVICE_H
#define VGPU_OBJECT_DEVICE_H

#include <device.h> /* of the room device/: this folder has one of that name too */
#include "object/handle.h"
#include "object/info.h"
#include "profile/key.h" /* of the room device/ */

struct _cl_device_id {
    struct vgpu_handle handle;
    struct vgpu_device *device;
    cl_platform_id platform;
};

/* vgpu_device_object_create - wraps a virtual GPU; lives as long as the process. NULL: no
 * memory. */
cl_device_id vgpu_device_object_create(cl_platform_id platform,
                                       struct vgpu_device *device);
void vgpu_device_object_destroy(void *device);

/* vgpu_device_type - what the device's profile calls it; a GPU unless it says otherwise,
 * for programs ask for one. */
cl_device_type vgpu_device_type(cl_device_id device);

/* vgpu_device_limit - how a message names what a device's profile allows:
 * "work_group=256 of profile teaching". Returns `out`. */
#define VGPU_LIMIT_CHARS 128u
const char *vgpu_device_limit(const struct vgpu_device_spec *spec,
                              enum vgpu_key_index key, char out[VGPU_LIMIT_CHARS]);

/* vgpu_device_info - the answers of clGetDeviceInfo; CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_device_info(cl_device_id device, cl_device_info name,
                        const struct vgpu_answer *answer);

#endif
