/* SPDX-License-Identifier: MIT */
/* Reads VGPU_DEVICES: which virtual GPUs there are and what each claims to be. */
#ifndef VGPU_DEVICE_SPEC_H
#define VGPU_DEVICE_SPEC_H

#include "device.h"

#define VGPU_MIN_DEVICE_MEMORY 4096u

/* vgpu_device_specs_parse - `text`: devices separated by ';', each key=value pairs
 * separated by ',': cu=NUMBER, mem=SIZE (suffix K, M or G), name=TEXT. Blanks around a
 * key or value do not count. NULL is one device. What a device does not say is as in
 * `defaults`, whose name is numbered where there are several devices. specs_out has room
 * for VGPU_MAX_DEVICES. 0; or -EINVAL with what is wrong, where, and an example in
 * `error`, the outputs untouched. */
int vgpu_device_specs_parse(const char *text, const struct vgpu_device_spec *defaults,
                            struct vgpu_device_spec *specs_out, unsigned *count_out,
                            char *error, size_t error_size);

#endif
