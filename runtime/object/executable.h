/* SPDX-License-Identifier: MIT */
/* Compiled programs: units that programs share, and what one becomes on a device: its
 * program-scope variables, and the code of its kernels. */
#ifndef VGPU_OBJECT_EXECUTABLE_H
#define VGPU_OBJECT_EXECUTABLE_H

#include "object/kernel_code.h"

#include <stdatomic.h>

/* Program-scope variables that can be written: bytes in all, of one program. */
#define VGPU_MAX_VARIABLES_SIZE ((size_t)64 << 20)

/* A unit, as long as somebody holds it. */
struct vgpu_shared_unit {
    atomic_uint refs;
    struct vgpu_unit unit;
};

/* vgpu_shared_unit_create - takes over what the unit holds, also where it fails. NULL: no
 * memory. */
struct vgpu_shared_unit *vgpu_shared_unit_create(struct vgpu_unit *unit);
struct vgpu_shared_unit *vgpu_shared_unit_retain(struct vgpu_shared_unit *unit);
void vgpu_shared_unit_release(struct vgpu_shared_unit *unit); /* or NULL */

/* An executable unit on a device. */
struct vgpu_executable {
    struct vgpu_shared_unit *unit; /* held */
    struct vgpu_device *device;
    struct vgpu_code_links links;     /* what its code reaches; `variables` are its own */
    struct vgpu_kernel_code *kernels; /* as many as the unit has, in its order */
};

/* vgpu_executable_create - with its variables as they are at first, and code where a
 * kernel says which local size it requires. 0, -ENOMEM, -ENOSPC: the device has no memory
 * for the variables, or -EINVAL: the device cannot run it; *error_out then is a text that
 * says why, lines that the caller frees. */
int vgpu_executable_create(struct vgpu_shared_unit *unit, struct vgpu_device *device,
                           struct vgpu_executable **executable_out, char **error_out);

/* vgpu_executable_destroy - none of its kernels runs any more. NULL is ignored. */
void vgpu_executable_destroy(struct vgpu_executable *executable);

/* vgpu_executable_kernel - the code of the kernel of that name, or NULL. */
struct vgpu_kernel_code *vgpu_executable_kernel(const struct vgpu_executable *executable,
                                                const char *name);

#endif
