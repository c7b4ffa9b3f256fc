/* SPDX-License-Identifier: MIT */
/* The profile (VGPU_PROFILE): what traced launches have counted. */
#ifndef VGPU_PROFILE_H
#define VGPU_PROFILE_H

#include "device.h"

extern bool vgpu_profile_on; /* set before there are devices */

static inline bool vgpu_profile_is_on(void)
{
    return __builtin_expect(vgpu_profile_on, 0);
}

/* vgpu_profile_init - reads VGPU_PROFILE and VGPU_PROFILE_SAMPLE, once; later calls do
 * nothing. A file that cannot be written is said here. What was counted is written when
 * the process exits, by the process that called this. Any thread. */
void vgpu_profile_init(void);

/* vgpu_profile_switch_on - counts, whether or not there is a file to write to. Before
 * there are devices. */
void vgpu_profile_switch_on(void);

/* vgpu_profile_add_device - a device is there; and is about to be destroyed. Any thread.
 */
void vgpu_profile_add_device(const struct vgpu_device *device);
void vgpu_profile_remove_device(const struct vgpu_device *device);

/* vgpu_profile_launch - a kernel's launch is submitted to a device. One that is not
 * traced is only told of. Any thread; only where the profile is on. */
void vgpu_profile_launch(const struct vgpu_device_spec *spec,
                         const struct vgpu_launch *launch);

/* vgpu_profile_untraced - why the kernel's launches are not traced: a sentence that
 * stays. The same. */
void vgpu_profile_untraced(const char *kernel, const char *why);

/* vgpu_profile_sample - one in how many groups is counted; at least 1. */
uint64_t vgpu_profile_sample(void);

/* vgpu_profile_counts - group number `index` of the launch is one of them. */
bool vgpu_profile_counts(const struct vgpu_launch *launch, size_t index);

#endif
