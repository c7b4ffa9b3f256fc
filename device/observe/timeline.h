/* SPDX-License-Identifier: MIT */
/* The timeline that the trace's events make: slices on lanes, and arrows between them.
 *
 * There is a lane for each compute unit, for each queue (several where commands of an
 * out-of-order queue overlap), for each direction of a link that was used, and for each
 * thread that builds. What is on a link is there when the link's model says. VGPU_TRACE
 * writes it to a file; vgpu_timeline_keep keeps the newest part in memory, with or
 * without a file. */
#ifndef VGPU_OBSERVE_TIMELINE_H
#define VGPU_OBSERVE_TIMELINE_H

#include "observe/trace.h"

enum vgpu_lane_kind { VGPU_LANE_UNIT, VGPU_LANE_QUEUE, VGPU_LANE_LINK, VGPU_LANE_THREAD };

struct vgpu_timeline_lane {
    uint32_t id; /* 0, 1, ... in the order in which lanes come to be */
    enum vgpu_lane_kind kind;
    uint32_t device; /* of a unit, a queue or a link */
    uint32_t index;  /* of a unit in its device; of a lane among its queue's; of a link
                        0: to the device, 1: from it */
    uint64_t queue;  /* number; 0: user events */
    uint32_t cpu;    /* of a unit: the core that it is pinned to */
    char name[96];   /* "compute unit 1 (core 3)", "queue 2 (in order, device 0)" */
};

enum vgpu_slice_kind {
    VGPU_SLICE_COMMAND,
    VGPU_SLICE_GROUPS,
    VGPU_SLICE_WORK,
    VGPU_SLICE_LINK
};

struct vgpu_timeline_place {
    uint64_t buffer;   /* number; 0: the host's memory; VGPU_TRACE_PATTERN */
    const char *label; /* or NULL */
};

/* Slices of a lane do not overlap, but work may contain work. Names live as long as the
 * process. Times are of vgpu_now_ns. */
struct vgpu_timeline_slice {
    enum vgpu_slice_kind kind;
    uint32_t lane;
    const char *name;    /* of the kernel, of the command's type, of the work, "migrate";
                            never NULL */
    uint64_t command;    /* see vgpu_trace_command; 0 for work */
    uint64_t begin, end; /* of the slice; a command's wait before it starts is part of
                            it as far as the lane is free. end 0: under way */
    uint32_t depth;      /* of work: how many others contain it */
    const char *outcome; /* of work, or NULL */
    uint64_t first, count; /* of groups */
    /* Of a command: */
    uint64_t queued, submitted, started, ended;
    int32_t status;
    uint32_t work_dim; /* of a launch, else 0 */
    uint64_t global[3];
    uint32_t local[3];
    enum vgpu_launch_code code;
    bool alone;
    bool moves;     /* it is a transfer or a fill: the rest is of it */
    uint64_t bytes; /* also of what went over a link */
    struct vgpu_timeline_place to, from;
    /* Of what went over a link, from begin to end, as modelled: */
    struct {
        const char *need; /* the name of the command that a migration is for, or NULL */
        struct vgpu_timeline_place buffer;
        uint32_t from, to;    /* devices, or VGPU_TRACE_HOST */
        uint64_t waited;      /* ns, for the link, before the slice */
        uint64_t delay, real; /* ns after it; that it all took in fact */
    } link;
};

/* `to` waited for `from`: from the end of a command's slice to where another ran. */
struct vgpu_timeline_arrow {
    uint64_t from_command, to_command;
    uint32_t from_lane, to_lane;
    uint64_t from_time, to_time; /* within their slices */
};

/* What was not kept. */
struct vgpu_timeline_losses {
    uint64_t lost;    /* events that came faster than they could be taken */
    uint64_t dropped; /* slices older than those that are kept */
    uint64_t before;  /* all dropped ones ended at this time or earlier */
};

/* Each may be NULL. */
struct vgpu_timeline_visitor {
    void (*lane)(void *context, const struct vgpu_timeline_lane *lane);
    void (*slice)(void *context, const struct vgpu_timeline_slice *slice);
    void (*arrow)(void *context, const struct vgpu_timeline_arrow *arrow);
    void (*losses)(void *context, const struct vgpu_timeline_losses *losses);
};

/* vgpu_timeline_keep - keeps the newest `slices` slices (about 320 bytes each), and as
 * many arrows, in memory, from now on. Once, before the first device is used. 0; -ENOMEM;
 * -EAGAIN where the system gives no thread; -EBUSY: it was called before. */
int vgpu_timeline_keep(size_t slices);

/* vgpu_timeline_visit - gives what is kept up to now: lanes, then slices, commands in the
 * order of their ends, and so the slices of each other lane, but those of links as they
 * are over in fact; then arrows, slices that are under way, and losses. Nothing where
 * vgpu_timeline_keep was not called, and in a forked child. Works until the process ends,
 * also after vgpu_trace_finish. Waits, and holds a lock: visitors call nothing of this
 * file. Not on a compute unit. */
void vgpu_timeline_visit(const struct vgpu_timeline_visitor *visitor, void *context);

#endif
