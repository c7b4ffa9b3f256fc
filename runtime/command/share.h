/* SPDX-License-Identifier: MIT */
/* Work on memory that is done at once when small, and shared among the compute units when
 * large. */
#ifndef VGPU_COMMAND_SHARE_H
#define VGPU_COMMAND_SHARE_H

#include "command/command.h"

/* vgpu_share_is_worth_it - so many bytes are better shared than done at once. */
bool vgpu_share_is_worth_it(size_t bytes);

/* vgpu_share_prepare - readies `share`'s launch on a device: it runs `part` over `count`
 * units of `unit_size` bytes in chunks. `watched`: what observers have to do with it, or
 * NULL. Who submits it sets what is called at its end. */
void vgpu_share_prepare(struct vgpu_share *share, const struct vgpu_device *device,
                        struct vgpu_watched *watched,
                        void (*part)(const void *work, size_t first, size_t last),
                        const void *work, size_t count, size_t unit_size,
                        const char *name);

/* vgpu_share - runs `part` over `count` units of `unit_size` bytes, in one call or in
 * chunks on the compute units, and ends the command. `share` is the first member of the
 * command's payload. */
void vgpu_share(cl_event command, struct vgpu_share *share,
                void (*part)(const void *work, size_t first, size_t last),
                const void *work, size_t count, size_t unit_size);

#endif
