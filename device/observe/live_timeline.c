/* SPDX-License-Identifier: MIT */
/* The timeline that is kept in memory, for the report. */
#include "observe/live_parts.h"

#include "observe/timeline.h"

static int lane_of(struct vgpu_spans *spans, uint32_t id)
{
    return vgpu_spans_lane(spans, 0, (int64_t)id);
}

static void add_lane(void *spans, const struct vgpu_timeline_lane *lane)
{
    static const char *const kinds[] = {[VGPU_LANE_UNIT] = "unit",
                                        [VGPU_LANE_QUEUE] = "queue",
                                        [VGPU_LANE_LINK] = "link",
                                        [VGPU_LANE_THREAD] = "other"};

    vgpu_spans_lane_describe(spans, lane_of(spans, lane->id), lane->name,
                             kinds[lane->kind], (int)lane->device);
}

static enum vgpu_span_kind kind_of(const struct vgpu_timeline_slice *slice)
{
    if (slice->kind == VGPU_SLICE_GROUPS)
        return VGPU_SPAN_GROUPS;
    if (slice->kind == VGPU_SLICE_WORK)
        return VGPU_SPAN_WORK;
    if (slice->kind == VGPU_SLICE_LINK)
        return VGPU_SPAN_LINK;
    if (slice->work_dim > 0)
        return VGPU_SPAN_KERNEL;
    return slice->moves ? vgpu_span_kind_of(slice->name) : VGPU_SPAN_OTHER;
}

static double microseconds(uint64_t from, uint64_t to)
{
    return to > from ? (double)(to - from) / 1000 : 0;
}

static double waited_us(const struct vgpu_timeline_slice *slice)
{
    if (slice->kind == VGPU_SLICE_LINK)
        return (double)slice->link.waited / 1000;
    return slice->started ? microseconds(slice->queued, slice->started) : 0;
}

/* A command's slice begins with its wait, which a span leaves out. Work that is under
 * way, and work within work, would cover others. */
static void add_slice(void *spans, const struct vgpu_timeline_slice *slice)
{
    const uint64_t start = slice->started ? slice->started : slice->begin;
    const struct vgpu_span span = {
        .id = slice->kind == VGPU_SLICE_COMMAND ? slice->command : 0,
        .start_us = (double)start / 1000,
        .duration_us = microseconds(start, slice->end),
        .waited_us = waited_us(slice),
        .bytes = (double)slice->bytes,
        .name = slice->name,
        .kind = kind_of(slice),
    };

    if (slice->end != 0 && slice->depth == 0)
        vgpu_spans_add(spans, lane_of(spans, slice->lane), &span);
}

static void add_arrow(void *spans, const struct vgpu_timeline_arrow *arrow)
{
    vgpu_spans_arrow(spans, arrow->from_command, arrow->to_command);
}

static void add_losses(void *spans, const struct vgpu_timeline_losses *losses)
{
    vgpu_spans_drop(spans, losses->dropped + losses->lost);
}

void vgpu_live_timeline(struct vgpu_spans *spans)
{
    static const struct vgpu_timeline_visitor visitor = {
        .lane = add_lane, .slice = add_slice, .arrow = add_arrow, .losses = add_losses};

    vgpu_timeline_visit(&visitor, spans);
}
