/* SPDX-License-Identifier: MIT */
/* The lanes of the timeline: which there are, and when each is free. Of one thread. */
#ifndef VGPU_OBSERVE_LANES_H
#define VGPU_OBSERVE_LANES_H

#include "observe/ring.h"
#include "observe/timeline.h"

/* vgpu_lane_of_unit - made when it is first asked for. */
uint32_t vgpu_lane_of_unit(uint32_t device, uint32_t unit, uint32_t cpu);

/* vgpu_lane_of_ring - of a unit, or of a thread that works; made when it is first asked
 * for. */
uint32_t vgpu_lane_of_ring(struct vgpu_ring *ring);

/* vgpu_lane_of_link - what goes to a device, or from it; made when it is first asked for.
 */
uint32_t vgpu_lane_of_link(uint32_t device, bool is_out);

/* vgpu_lane_of_command - a lane of the queue that is free at `start`, as far as there is
 * one; from then on it is taken until `end`. *free_out: since when it has been free. */
uint32_t vgpu_lane_of_command(uint64_t queue, uint32_t device, bool in_order,
                              uint64_t start, uint64_t end, uint64_t *free_out);

/* vgpu_lane_of_queue - the queue's first lane. *free_out: the same. */
uint32_t vgpu_lane_of_queue(uint64_t queue, uint32_t device, bool in_order,
                            uint64_t *free_out);

/* vgpu_lanes_count - lanes 0 to count - 1 exist; vgpu_lane_get - one of them. */
uint32_t vgpu_lanes_count(void);
const struct vgpu_timeline_lane *vgpu_lane_get(uint32_t id);

#endif
