/* SPDX-License-Identifier: MIT */
/* What the text of a program is called where a debugger shows it. */
#ifndef VGPU_SOURCE_NAME_H
#define VGPU_SOURCE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "hash.h"

#define VGPU_SOURCE_NAME_SIZE 64

/* vgpu_source_name - a file name that says the first kernel of the text and begins as the
 * hash of the text does: "saxpy-0123456789ab.cl". */
void vgpu_source_name(const char *text, size_t length, struct vgpu_hash hash,
                      char name_out[VGPU_SOURCE_NAME_SIZE]);

/* vgpu_is_source_name - vgpu_source_name may have made it. */
bool vgpu_is_source_name(const char *name);

#endif
