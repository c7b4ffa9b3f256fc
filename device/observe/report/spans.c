/* SPDX-License-Identifier: MIT */
/* Collects the spans of a timeline in rings. */
#include "spans_internal.h"

#include "plain_text.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 200u /* longer names are cut: a page shows no more */

const struct vgpu_span_kind_row vgpu_span_kinds[VGPU_SPAN_KINDS] = {
#define SPAN(name, letter, moves) {#name, {letter}, moves},
#include "span_kind.def"
#undef SPAN
};

enum vgpu_span_kind vgpu_span_kind_of(const char *type)
{
    /* the longer word first: every unmap has a map in it */
    static const enum vgpu_span_kind kinds[] = {
        VGPU_SPAN_UNMAP, VGPU_SPAN_MAP,  VGPU_SPAN_MIGRATE, VGPU_SPAN_READ,
        VGPU_SPAN_WRITE, VGPU_SPAN_COPY, VGPU_SPAN_FILL};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcasestr(type, vgpu_span_kinds[kinds[i]].word))
            return kinds[i];
    return VGPU_SPAN_OTHER;
}

struct vgpu_spans *vgpu_spans_create(void)
{
    struct vgpu_spans *timeline = calloc(1, sizeof *timeline);

    if (!timeline)
        return NULL;
    timeline->commands.capacity = VGPU_SPANS_COMMANDS;
    timeline->groups.capacity = VGPU_SPANS_GROUPS;
    return timeline;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(((const struct vgpu_spans_name *)left)->text,
                  ((const struct vgpu_spans_name *)right)->text);
}

static int compare_lanes(const void *left, const void *right)
{
    const struct vgpu_spans_lane *a = left, *b = right;

    if (a->process != b->process)
        return a->process < b->process ? -1 : 1;
    return a->thread < b->thread ? -1 : a->thread > b->thread;
}

static void free_lane(void *lane)
{
    free(((struct vgpu_spans_lane *)lane)->name);
    free(lane);
}

void vgpu_spans_destroy(struct vgpu_spans *timeline)
{
    if (!timeline)
        return;
    tdestroy(timeline->name_tree, free);
    tdestroy(timeline->lane_tree, free_lane);
    free(timeline->commands.spans);
    free(timeline->groups.spans);
    free(timeline->arrows);
    free(timeline);
}

/* intern - the one copy of a name. */
static struct vgpu_spans_name *intern(struct vgpu_spans *timeline, const char *text)
{
    struct vgpu_spans_name *name, **found;
    char clean[NAME_BYTES];
    const size_t length = vgpu_text_clean(clean, sizeof clean, text);

    name = calloc(1, sizeof *name + length + 1);
    if (!name)
        return NULL;
    memcpy(name->text, clean, length);
    found = tsearch(name, &timeline->name_tree, compare_names);
    if (!found || *found != name)
        free(name);
    return found ? *found : NULL;
}

int vgpu_spans_lane(struct vgpu_spans *timeline, int64_t process, int64_t thread)
{
    struct vgpu_spans_lane key = {.process = process, .thread = thread}, *lane, **found;

    found = tfind(&key, &timeline->lane_tree, compare_lanes);
    if (found)
        return (*found)->index;
    if (timeline->num_lanes >= VGPU_SPANS_LANES || !(lane = malloc(sizeof *lane)))
        return -1;
    *lane = key;
    lane->index = (int)timeline->num_lanes;
    lane->kind = "other";
    if (!tsearch(lane, &timeline->lane_tree, compare_lanes)) {
        free(lane);
        return -1;
    }
    timeline->lanes[timeline->num_lanes++] = lane;
    return lane->index;
}

void vgpu_spans_lane_describe(struct vgpu_spans *timeline, int index, const char *name,
                              const char *kind, int device)
{
    struct vgpu_spans_lane *lane;

    if (index < 0 || (size_t)index >= timeline->num_lanes)
        return;
    lane = timeline->lanes[index];
    if (name) {
        char clean[NAME_BYTES];

        vgpu_text_clean(clean, sizeof clean, name);
        free(lane->name);
        lane->name = strdup(clean);
    }
    if (kind)
        lane->kind = kind;
    lane->device = device;
}

static void put(struct vgpu_spans_ring *ring, const struct vgpu_spans_span *span)
{
    if (!ring->spans)
        ring->spans = calloc(ring->capacity, sizeof *ring->spans);
    if (ring->spans)
        ring->spans[ring->added++ % ring->capacity] = *span;
}

void vgpu_spans_add(struct vgpu_spans *timeline, int lane, const struct vgpu_span *span)
{
    struct vgpu_spans_name *name = intern(timeline, span->name);
    const struct vgpu_spans_span kept = {.span = *span, .lane = lane, .name = name};

    if (lane < 0 || (size_t)lane >= timeline->num_lanes || !name)
        return;
    put(span->kind == VGPU_SPAN_GROUPS ? &timeline->groups : &timeline->commands, &kept);
}

void vgpu_spans_arrow(struct vgpu_spans *timeline, uint64_t from, uint64_t to)
{
    if (!timeline->arrows)
        timeline->arrows = calloc(VGPU_SPANS_ARROWS, sizeof *timeline->arrows);
    if (timeline->arrows)
        timeline->arrows[timeline->num_arrows++ % VGPU_SPANS_ARROWS] =
            (struct vgpu_spans_arrow){from, to};
}

void vgpu_spans_drop(struct vgpu_spans *timeline, uint64_t count)
{
    timeline->dropped += count;
}
