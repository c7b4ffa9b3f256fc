/* SPDX-License-Identifier: MIT */
/* A kernel's parameters, read from tokens. */
#ifndef VGPU_PARAMETER_H
#define VGPU_PARAMETER_H

#include "type.h"

/* vgpu_parameters_read - "float a, __global int *b" up to the cursor's end, as a source
 * has them; "" and "void" are none. False with the diagnosis set. */
bool vgpu_parameters_read(struct vgpu_cursor *cursor,
                          struct vgpu_declaration *declaration);

/* vgpu_parameters_read_macro - "(float, a), (__global int *, b)", as VGPU_KERNEL's text
 * has them. */
bool vgpu_parameters_read_macro(struct vgpu_cursor *cursor,
                                struct vgpu_declaration *declaration);

#endif
