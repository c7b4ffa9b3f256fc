/* SPDX-License-Identifier: MIT */
/* What loading of modules asks of the registry. */
#ifndef VGPU_REGISTRY_INTERNAL_H
#define VGPU_REGISTRY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

/* vgpu_registry_count - kernels registered now. */
size_t vgpu_registry_count(void);

/* vgpu_registry_has_module - whether a kernel of that module (struct vgpu_origin) is
 * registered. */
bool vgpu_registry_has_module(const void *module);

#endif
