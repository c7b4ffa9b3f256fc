/* SPDX-License-Identifier: MIT */
/* A profile's text: one `key = value` per line, lines that begin with # are comments. */
#ifndef VGPU_PROFILE_TEXT_H
#define VGPU_PROFILE_TEXT_H

#include "profile/spec.h"

#define VGPU_PROFILE_BYTES 65536u /* that a file may have */

/* vgpu_profile_text_apply - changes the spec by what the text says; what it does not say
 * stays. `size` bytes, and a 0 behind them. `source` is what messages call it, `name`
 * becomes the spec's profile. 0; or -EINVAL with line, column and reason in `error`, the
 * spec untouched. */
int vgpu_profile_text_apply(const char *source, const char *name, const char *text,
                            size_t size, struct vgpu_device_spec *spec, char *error,
                            size_t error_size);

/* vgpu_profile_file_apply - the same for a file of at most VGPU_PROFILE_BYTES. Only
 * regular files are read. -EINVAL: also where it cannot be read, and why. */
int vgpu_profile_file_apply(const char *path, struct vgpu_device_spec *spec, char *error,
                            size_t error_size);

#endif
