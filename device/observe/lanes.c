/* SPDX-License-Identifier: MIT */
/* The lanes of the timeline: which there are, and when each is free. */
#include "observe/lanes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LANES  4096u
#define MOST_QUEUES 1024u      /* that have lanes of their own; the rest share */
#define QUEUE_LANES 16u        /* of one out-of-order queue; further commands overlap */
#define ALL_OTHERS  UINT64_MAX /* in place of a queue's number */

struct lane {
    struct vgpu_timeline_lane lane;
    uint64_t free; /* since when */
};

struct queue {
    uint64_t number;
    uint32_t num_lanes, lanes[QUEUE_LANES];
};

static struct lane *lanes[MOST_LANES];
static uint32_t num_lanes;
static struct queue queues[MOST_QUEUES + 1];
static uint32_t num_queues;

uint32_t vgpu_lanes_count(void)
{
    return num_lanes;
}

const struct vgpu_timeline_lane *vgpu_lane_get(uint32_t id)
{
    return &lanes[id]->lane;
}

/* The last lane takes what there is no other for. */
static struct vgpu_timeline_lane *make_lane(enum vgpu_lane_kind kind)
{
    struct lane *lane;

    if (num_lanes == MOST_LANES)
        return &lanes[num_lanes - 1]->lane;
    lane = calloc(1, sizeof *lane);
    if (!lane) /* there is nothing better to do than to go on with what is there */
        return num_lanes > 0 ? &lanes[num_lanes - 1]->lane : NULL;
    lane->lane.id = num_lanes;
    lane->lane.kind = kind;
    lanes[num_lanes++] = lane;
    return &lane->lane;
}

static uint32_t id_of(const struct vgpu_timeline_lane *lane)
{
    return lane ? lane->id : 0;
}

/* A device's lane of that kind and index, made where there is none; without a name if it
 * is new. NULL: it cannot be made. */
static struct vgpu_timeline_lane *device_lane(enum vgpu_lane_kind kind, uint32_t device,
                                              uint32_t index)
{
    struct vgpu_timeline_lane *lane;

    for (uint32_t i = 0; i < num_lanes; i++) {
        lane = &lanes[i]->lane;
        if (lane->kind == kind && lane->device == device && lane->index == index)
            return lane;
    }
    lane = make_lane(kind);
    if (lane && lane->name[0] == '\0') {
        lane->device = device;
        lane->index = index;
    }
    return lane;
}

uint32_t vgpu_lane_of_unit(uint32_t device, uint32_t unit, uint32_t cpu)
{
    struct vgpu_timeline_lane *const lane = device_lane(VGPU_LANE_UNIT, device, unit);

    if (lane && lane->name[0] == '\0') {
        lane->cpu = cpu;
        snprintf(lane->name, sizeof lane->name, "compute unit %u (core %u)", unit, cpu);
    }
    return id_of(lane);
}

uint32_t vgpu_lane_of_link(uint32_t device, bool is_out)
{
    struct vgpu_timeline_lane *const lane = device_lane(VGPU_LANE_LINK, device, is_out);

    if (lane && lane->name[0] == '\0')
        snprintf(lane->name, sizeof lane->name, is_out ? "link out" : "link in");
    return id_of(lane);
}

static uint32_t lane_of_thread(uint32_t thread)
{
    struct vgpu_timeline_lane *const lane = make_lane(VGPU_LANE_THREAD);

    if (lane && lane->name[0] == '\0') {
        lane->index = thread;
        snprintf(lane->name, sizeof lane->name, "builds, thread %u", thread);
    }
    return id_of(lane);
}

uint32_t vgpu_lane_of_ring(struct vgpu_ring *ring)
{
    if (!ring->has_lane)
        ring->lane = ring->is_unit
                         ? vgpu_lane_of_unit(ring->device, ring->unit, ring->cpu)
                         : lane_of_thread(ring->thread);
    ring->has_lane = true;
    return ring->lane;
}

static void name_lane(struct vgpu_timeline_lane *lane, const struct queue *queue,
                      bool in_order)
{
    const unsigned long long number = queue->number;
    int length;

    if (number == 0)
        length = snprintf(lane->name, sizeof lane->name, "user events");
    else if (number == ALL_OTHERS)
        length = snprintf(lane->name, sizeof lane->name, "further queues");
    else
        length = snprintf(lane->name, sizeof lane->name, "queue %llu (%s, device %u)",
                          number, in_order ? "in order" : "out of order", lane->device);
    if (queue->num_lanes > 0)
        snprintf(lane->name + length, sizeof lane->name - (size_t)length, ", %u",
                 queue->num_lanes + 1);
}

static struct lane *add_queue_lane(struct queue *queue, uint32_t device, bool in_order)
{
    struct vgpu_timeline_lane *const lane = make_lane(VGPU_LANE_QUEUE);

    if (!lane)
        return NULL;
    if (lane->name[0] == '\0') {
        lane->device = device;
        lane->index = queue->num_lanes;
        lane->queue = queue->number;
        name_lane(lane, queue, in_order);
    }
    queue->lanes[queue->num_lanes++] = lane->id;
    return lanes[lane->id];
}

static struct queue *find_queue(uint64_t number)
{
    struct queue *queue;

    /* From the newest on: programs mostly use few, or the newest. */
    for (uint32_t i = num_queues; i-- > 0;)
        if (queues[i].number == number)
            return &queues[i];
    if (num_queues > MOST_QUEUES)
        return &queues[MOST_QUEUES];
    queue = &queues[num_queues++];
    queue->number = num_queues > MOST_QUEUES ? ALL_OTHERS : number;
    return queue;
}

/* A lane that is free at `start`; else the one that is free first. */
static struct lane *free_lane(struct queue *queue, uint32_t device, bool in_order,
                              uint64_t start)
{
    struct lane *best = NULL;

    for (uint32_t i = 0; i < queue->num_lanes; i++) {
        struct lane *const lane = lanes[queue->lanes[i]];

        if (lane->free <= start)
            return lane;
        if (!best || lane->free < best->free)
            best = lane;
    }
    if (queue->num_lanes < QUEUE_LANES) {
        struct lane *const lane = add_queue_lane(queue, device, in_order);

        return lane ? lane : best;
    }
    return best;
}

uint32_t vgpu_lane_of_command(uint64_t queue, uint32_t device, bool in_order,
                              uint64_t start, uint64_t end, uint64_t *free_out)
{
    struct lane *const lane = free_lane(find_queue(queue), device, in_order, start);

    *free_out = lane ? lane->free : 0;
    if (lane && end > lane->free)
        lane->free = end;
    return lane ? lane->lane.id : 0;
}

uint32_t vgpu_lane_of_queue(uint64_t queue, uint32_t device, bool in_order,
                            uint64_t *free_out)
{
    struct queue *const found = find_queue(queue);
    const struct lane *const lane = found->num_lanes > 0
                                        ? lanes[found->lanes[0]]
                                        : add_queue_lane(found, device, in_order);

    *free_out = lane ? lane->free : 0;
    return lane ? lane->lane.id : 0;
}
