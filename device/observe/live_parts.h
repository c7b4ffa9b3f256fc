/* SPDX-License-Identifier: MIT */
/* What the process's own observers know, as a report's document has it. */
#ifndef VGPU_OBSERVE_LIVE_PARTS_H
#define VGPU_OBSERVE_LIVE_PARTS_H

#include "spans.h"

struct vgpu_device_counters;

/* vgpu_live_transfers - transfers by kind, summed over devices, as a fresh array. */
json_t *vgpu_live_transfers(const struct vgpu_device_counters *const devices[],
                            unsigned count);

/* vgpu_live_timeline - adds what vgpu_timeline_keep kept. */
void vgpu_live_timeline(struct vgpu_spans *spans);

#endif
