/* SPDX-License-Identifier: MIT */
/* Kernels that the host program was built with, where observers look into them: traced
 * code is made of the unit that lies beside their code. */
#ifndef VGPU_OBJECT_BUILT_WATCH_H
#define VGPU_OBJECT_BUILT_WATCH_H

#include "object/kernel_code.h"

/* vgpu_built_code_watch - of a launch that vgpu_built_code_bind has bound: sets its
 * traced code, too, for devices with that spec, which stays; it is made if need be. Where
 * there is none, the launch stays as it is, and the profile says why. To be called where
 * vgpu_traced_wanted. Any thread.
 */
void vgpu_built_code_watch(const struct vgpu_built_code *code, const char *kernel,
                           const struct vgpu_device_spec *spec,
                           struct vgpu_launch *launch);

#endif
