/* SPDX-License-Identifier: MIT */
/* Which buffer an address belongs to, or is nearest to. */
#ifndef VGPU_INSPECT_NEAREST_H
#define VGPU_INSPECT_NEAREST_H

#include "device.h" /* the room device/ */

/* vgpu_inspect_nearest - the buffer, no sub-buffer, that holds the address, or else the
 * one whose edge is nearest; false: there is no buffer. Any thread, no lock held; looks
 * at all buffers of the process. */
bool vgpu_inspect_nearest(uintptr_t address, struct vgpu_allocation *found_out);

#endif
