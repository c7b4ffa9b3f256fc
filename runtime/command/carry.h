/* SPDX-License-Identifier: MIT */
/* What goes over the links of devices: modelled, counted, and told to observers. */
#ifndef VGPU_COMMAND_CARRY_H
#define VGPU_COMMAND_CARRY_H

#include "device_link.h" /* of the room device/ */
#include "object/handle.h"
#include "observe/trace.h"

struct vgpu_carry {
    struct vgpu_device *from, *to; /* NULL: the host */
    size_t bytes;
    struct vgpu_carriage carriage; /* its `end` is 0 where nothing is on its way */
};

/* vgpu_carry_begin - the bytes set out now. Any thread. */
void vgpu_carry_begin(struct vgpu_carry *carry, struct vgpu_device *from,
                      struct vgpu_device *to, size_t bytes);

/* vgpu_carry_end - they are there in fact, bytes of buffer `root`; `command`, which has
 * not ended yet, needed or moved them; NULL: none did. Any thread, no lock held. */
void vgpu_carry_end(const struct vgpu_carry *carry, enum vgpu_carried_for why,
                    cl_mem root, cl_event command);

#endif
