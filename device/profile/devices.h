/* SPDX-License-Identifier: MIT */
/* Reads VGPU_DEVICES: which virtual GPUs there are and what each claims to be. */
#ifndef VGPU_DEVICES_H
#define VGPU_DEVICES_H

#include "profile/spec.h"

/* Room for the longest message of what is wrong. */
#define VGPU_DEVICES_ERROR_CHARS 2048u

/* vgpu_device_specs_parse - `text`: devices separated by ';', each of these, separated by
 * ',': a profile that vgpu comes with, or the path of a profile file, which has a '/' in
 * it; and key=value pairs (key.def). `3*` in front makes three of it. Blanks around a key
 * or value do not count. NULL is one device. What neither device nor profile says is as
 * in `defaults`. A name that is the profile's is numbered where there are several
 * devices. specs_out has room for VGPU_MAX_DEVICES. `source` is what a message calls the
 * text. 0; or -EINVAL with what is wrong, where, and an example in `error`, the outputs
 * untouched. */
int vgpu_device_specs_parse(const char *source, const char *text,
                            const struct vgpu_device_spec *defaults,
                            struct vgpu_device_spec *specs_out, unsigned *count_out,
                            char *error, size_t error_size);

#endif
