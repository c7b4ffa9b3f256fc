/* SPDX-License-Identifier: MIT */
/* Programs whose kernels observers look into: how they are built, and launched. */
#ifndef VGPU_OBJECT_WATCH_H
#define VGPU_OBJECT_WATCH_H

#include "observe/traced.h" /* the room device/ */
#include "unit.h"           /* the room compiler-stub/ */

/* vgpu_watch_option - what builds are told, besides the application's options, so that
 * their kernels come with tables and can be turned into traced code; NULL: nothing, as no
 * observer wants it. */
const char *vgpu_watch_option(void);

/* vgpu_watch_kernel - makes a kernel that has tables known to the observers, on devices
 * with that spec; `width` as in its traced code. NULL: no memory. */
struct vgpu_traced_kernel *vgpu_watch_kernel(const struct vgpu_unit_kernel *kernel,
                                             const struct vgpu_device_spec *spec,
                                             uint32_t width);

#endif
