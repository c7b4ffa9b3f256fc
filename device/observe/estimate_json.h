/* SPDX-License-Identifier: MIT */
/* Estimates as members of a kernel's object in the profile. */
#ifndef VGPU_ESTIMATE_JSON_H
#define VGPU_ESTIMATE_JSON_H

#include "estimate.h"

#include <jansson.h>

/* vgpu_instructions_tell - "instructions" that sub-groups issued, by class; classes
 * without any are left out. */
void vgpu_instructions_tell(json_t *kernel, const struct vgpu_estimate_work *work);

/* vgpu_estimate_tell - "estimate", where there can be one. */
void vgpu_estimate_tell(json_t *kernel, const struct vgpu_device_spec *spec,
                        const struct vgpu_estimate_work *work);

/* vgpu_estimate_tell_program - "estimate" of a profile's document, where it has kernels
 * with one and devices whose link was used: kernels and transfers together, and which
 * takes longer. */
void vgpu_estimate_tell_program(json_t *document);

#endif
