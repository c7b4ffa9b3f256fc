/* SPDX-License-Identifier: MIT */
/* The back end: a module that exports code becomes a shared object. */
#ifndef VGPU_CC_BACK_END_H
#define VGPU_CC_BACK_END_H

#include "module.h"

#include <stddef.h>

/* vgpu_cc_optimise - for this machine's processor, in place. */
bool vgpu_cc_optimise(struct vgpu_cc_module *module);

/* vgpu_cc_object - machine code of the module, relocatable. The caller frees. */
bool vgpu_cc_object(struct vgpu_cc_module *module, void **bytes_out, size_t *size_out);

/* vgpu_cc_shared_object - the same, linked by the system's linker so that it can be
 * loaded. The caller frees. */
bool vgpu_cc_shared_object(struct vgpu_cc_module *module, const void *object, size_t size,
                           void **bytes_out, size_t *size_out);

#endif
