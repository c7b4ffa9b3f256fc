/* SPDX-License-Identifier: MIT */
/* What a timeline is made of: spans.c fills it, spans_json.c tells it. */
#ifndef VGPU_REPORT_SPANS_INTERNAL_H
#define VGPU_REPORT_SPANS_INTERNAL_H

#include "spans.h"

struct vgpu_spans_name {
    int index; /* among the names that are told, from 1 on; 0: not told yet */
    char text[];
};

struct vgpu_spans_lane {
    int64_t process, thread;
    char *name;
    const char *kind;
    int device, index;
    double busy_us;
};

struct vgpu_spans_span {
    struct vgpu_span span; /* its `name` is not ours: see below */
    struct vgpu_spans_name *name;
    int lane;
};

/* The newest `capacity` of those added. */
struct vgpu_spans_ring {
    struct vgpu_spans_span *spans;
    size_t capacity, added;
};

struct vgpu_spans_arrow {
    uint64_t from, to;
};

struct vgpu_spans {
    void *name_tree, *lane_tree; /* of tsearch */
    struct vgpu_spans_lane *lanes[VGPU_SPANS_LANES];
    size_t num_lanes;
    struct vgpu_spans_ring commands, groups;
    struct vgpu_spans_arrow *arrows;
    size_t num_arrows;
    uint64_t dropped; /* before they came here */
};

#endif
