/* SPDX-License-Identifier: MIT */
/* A kernel's attributes. */
#ifndef VGPU_ATTRIBUTE_H
#define VGPU_ATTRIBUTE_H

#include "type.h"

/* vgpu_attributes_take - reads the __attribute__((...)) at the cursor, adds its text to
 * declaration->attributes and stores the sizes of those that give any. False with the
 * diagnosis set. */
bool vgpu_attributes_take(struct vgpu_cursor *cursor,
                          struct vgpu_declaration *declaration);

#endif
