/* SPDX-License-Identifier: MIT */
/* The newest part of the timeline, in memory. */
#ifndef VGPU_OBSERVE_TIMELINE_MEMORY_H
#define VGPU_OBSERVE_TIMELINE_MEMORY_H

#include "observe/timeline.h"

/* vgpu_memory_start - with room for so many slices. 0 or -ENOMEM. Once. */
int vgpu_memory_start(size_t slices);

/* What takes lanes, slices and arrows in. Of one thread. */
extern const struct vgpu_timeline_visitor vgpu_memory_visitor;

/* vgpu_memory_visit - gives what is there; losses but for `lost`. Of the same thread, or
 * with it held up. */
void vgpu_memory_visit(const struct vgpu_timeline_visitor *visitor, void *context);
void vgpu_memory_losses(struct vgpu_timeline_losses *losses_out);

#endif
