/* SPDX-License-Identifier: MIT */
/* The newest part of the timeline, in memory. Lanes are not kept here: there are few, and
 * lanes.h has them. */
#include "observe/timeline_memory.h"

#include "observe/lanes.h"

#include <errno.h>
#include <stdlib.h>

static struct vgpu_timeline_slice *slices;
static struct vgpu_timeline_arrow *arrows;
static size_t room;
static uint64_t num_slices, num_arrows; /* so far */
static struct vgpu_timeline_losses losses;

int vgpu_memory_start(size_t count)
{
    slices = calloc(count, sizeof *slices);
    arrows = calloc(count, sizeof *arrows);
    if (!slices || !arrows) {
        free(slices);
        free(arrows);
        return -ENOMEM;
    }
    room = count;
    return 0;
}

static void note_lane(void *context, const struct vgpu_timeline_lane *lane)
{
    (void)context;
    (void)lane;
}

static void keep_slice(void *context, const struct vgpu_timeline_slice *slice)
{
    struct vgpu_timeline_slice *const place = &slices[num_slices++ % room];

    (void)context;
    if (num_slices > room) {
        losses.dropped++;
        if (place->end > losses.before)
            losses.before = place->end;
    }
    *place = *slice;
}

static void keep_arrow(void *context, const struct vgpu_timeline_arrow *arrow)
{
    (void)context;
    arrows[num_arrows++ % room] = *arrow;
}

const struct vgpu_timeline_visitor vgpu_memory_visitor = {note_lane, keep_slice,
                                                          keep_arrow, NULL};

static uint64_t first_of(uint64_t count)
{
    return count > room ? count - room : 0;
}

void vgpu_memory_visit(const struct vgpu_timeline_visitor *visitor, void *context)
{
    for (uint32_t i = 0; visitor->lane && i < vgpu_lanes_count(); i++)
        visitor->lane(context, vgpu_lane_get(i));
    for (uint64_t i = first_of(num_slices); visitor->slice && i < num_slices; i++)
        visitor->slice(context, &slices[i % room]);
    for (uint64_t i = first_of(num_arrows); visitor->arrow && i < num_arrows; i++)
        visitor->arrow(context, &arrows[i % room]);
}

void vgpu_memory_losses(struct vgpu_timeline_losses *losses_out)
{
    *losses_out = losses;
}
