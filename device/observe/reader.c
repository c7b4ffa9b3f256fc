/* SPDX-License-Identifier: MIT */
/* From records to the timeline.
 *
 * A pass looks at all rings. What is told of a command is spread over several of them,
 * and so are the ends of commands that depend on each other. A record of an end is
 * written before anything that depends on it starts, so all that ended before the pass
 * began is there when it begins: these ends are taken, in the order of their times, and
 * later ones are left for the next pass. What was told before an end is looked at after
 * the ends were, and so is there too. */
#include "observe/reader.h"

#include "clock.h"
#include "observe/commands.h"
#include "observe/lanes.h"
#include "observe/trace_name.h"

#include <stdlib.h>
#include <string.h>

#define REMEMBERED    65536u /* ended commands that arrows may begin at; a power of two */
#define MOST_OPEN     64u    /* commands under way that are shown */
#define COMMAND_QUEUE 40     /* see vgpu_trace_command */

/* Where the slice of a command that ended is. */
struct ended_command {
    uint64_t command, time;
    uint32_t lane;
};

static struct {
    const struct vgpu_timeline_sink *sinks; /* of this pass */
    unsigned num_sinks;
    uint32_t lanes_given;
    uint64_t lost;
    struct ended_command ended[REMEMBERED];
    const struct vgpu_record **ends; /* of this pass */
    size_t num_ends, room;
} reader;

uint64_t vgpu_reader_lost(void)
{
    return reader.lost + vgpu_rings_lost();
}

static void give_new_lanes(void)
{
    for (; reader.lanes_given < vgpu_lanes_count(); reader.lanes_given++)
        for (unsigned i = 0; i < reader.num_sinks; i++)
            reader.sinks[i].visitor->lane(reader.sinks[i].context,
                                          vgpu_lane_get(reader.lanes_given));
}

static void give_slice(const struct vgpu_timeline_slice *slice)
{
    give_new_lanes();
    for (unsigned i = 0; i < reader.num_sinks && reader.lanes_given > 0; i++)
        reader.sinks[i].visitor->slice(reader.sinks[i].context, slice);
}

static const char *text_of(uint32_t name)
{
    const char *const text = vgpu_trace_name_text(name);

    return text ? text : "?";
}

static struct vgpu_timeline_place place_of(struct vgpu_trace_place place)
{
    return (struct vgpu_timeline_place){place.buffer, vgpu_trace_name_text(place.label)};
}

/* What was told of the command before it ended. */
static void describe(struct vgpu_timeline_slice *slice,
                     const struct vgpu_told_command *told)
{
    slice->work_dim = told->work_dim;
    memcpy(slice->global, told->global, sizeof slice->global);
    memcpy(slice->local, told->local, sizeof slice->local);
    slice->code = told->code;
    slice->moves = told->moves;
    slice->bytes = told->bytes;
    slice->to = place_of(told->to);
    slice->from = place_of(told->from);
}

static struct ended_command *remembered(uint64_t command)
{
    return &reader.ended[(command ^ command >> COMMAND_QUEUE) % REMEMBERED];
}

static void give_arrows(const struct vgpu_told_command *told,
                        const struct vgpu_timeline_slice *slice)
{
    for (uint32_t i = 0; i < told->num_before; i++) {
        const struct ended_command *const before = remembered(told->before[i]);
        const struct vgpu_timeline_arrow arrow = {
            .from_command = told->before[i],
            .to_command = slice->command,
            .from_lane = before->lane,
            .to_lane = slice->lane,
            .from_time = before->time,
            .to_time = slice->started ? slice->started : slice->end,
        };

        if (before->command != told->before[i])
            continue; /* long ago, or it had ended when it was named */
        for (unsigned k = 0; k < reader.num_sinks && reader.lanes_given > 0; k++)
            reader.sinks[k].visitor->arrow(reader.sinks[k].context, &arrow);
    }
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* A command that never started, as what it waited for failed, has no length. */
static void take_end(const struct vgpu_record *record)
{
    struct vgpu_told_command *const told = vgpu_commands_find(record->command);
    const uint64_t started =
        record->ended.started ? record->ended.started : record->ended.ended;
    struct vgpu_timeline_slice slice = {
        .kind = VGPU_SLICE_COMMAND,
        .name = text_of(record->name),
        .command = record->command,
        .end = record->ended.ended,
        .queued = record->ended.queued,
        .submitted = record->ended.submitted,
        .started = record->ended.started,
        .ended = record->ended.ended,
        .status = record->ended.status,
        .alone = record->flag,
    };
    uint64_t free;

    slice.lane =
        vgpu_lane_of_command(record->command >> COMMAND_QUEUE, told ? told->device : 0,
                             told && told->in_order, started, record->ended.ended, &free);
    slice.begin = later(record->ended.queued, free);
    if (slice.begin > slice.end)
        slice.begin = slice.end;
    if (told)
        describe(&slice, told);
    give_slice(&slice);
    *remembered(record->command) =
        (struct ended_command){record->command, slice.end, slice.lane};
    if (told) {
        give_arrows(told, &slice);
        vgpu_commands_forget(told);
    }
}

static struct vgpu_timeline_slice slice_of_open(struct vgpu_ring *ring, uint32_t depth)
{
    const struct vgpu_record *const open = &ring->open[depth];
    struct vgpu_timeline_slice slice = {
        .kind = ring->is_unit ? VGPU_SLICE_GROUPS : VGPU_SLICE_WORK,
        .lane = vgpu_lane_of_ring(ring),
        .name = text_of(open->name),
        .depth = depth,
    };

    if (open->kind == VGPU_RECORD_GROUPS_BEGIN) {
        slice.kind = VGPU_SLICE_GROUPS;
        slice.command = open->command;
        slice.begin = open->groups.time;
        slice.first = open->groups.first;
        slice.count = open->groups.count;
    } else {
        slice.kind = VGPU_SLICE_WORK;
        slice.begin = open->time;
    }
    return slice;
}

/* Ends the innermost of what the ring has open. */
static void close_open(struct vgpu_ring *ring, uint64_t time, const char *outcome)
{
    struct vgpu_timeline_slice slice;

    if (ring->num_open == 0)
        return;
    slice = slice_of_open(ring, --ring->num_open);
    slice.end = time;
    slice.outcome = outcome;
    give_slice(&slice);
}

/* The launch has not ended as far as is known here, so its name is. */
static void open_groups(struct vgpu_ring *ring, const struct vgpu_record *record)
{
    const struct vgpu_told_command *const told = vgpu_commands_find(record->command);

    ring->num_open = 1; /* there are others only where an end was lost */
    ring->open[0] = *record;
    ring->open[0].name = told ? told->name : 0;
}

/* The same on the link of each device that it went over. Its command has not ended as far
 * as is known here. */
static void take_carried(const struct vgpu_record *record)
{
    const struct vgpu_told_command *const told =
        record->command ? vgpu_commands_find(record->command) : NULL;
    const char *const name = told ? text_of(told->name) : NULL;
    struct vgpu_timeline_slice slice = {
        .kind = VGPU_SLICE_LINK,
        .name = record->flag == VGPU_CARRIED_FOR_MIGRATION  ? "migrate"
                : record->flag == VGPU_CARRIED_FOR_CREATION ? "create buffer"
                : name                                      ? name
                                                            : "transfer",
        .command = record->command,
        .begin = record->carried.start,
        .end = record->carried.start + record->carried.used,
        .bytes = record->carried.bytes,
        .link = {.need = record->flag == VGPU_CARRIED_FOR_MIGRATION ? name : NULL,
                 .buffer = {record->carried.buffer, vgpu_trace_name_text(record->name)},
                 .from = vgpu_record_end(record->small >> 8),
                 .to = vgpu_record_end(record->small),
                 .waited = record->carried.waited,
                 .delay = record->carried.delay,
                 .real = record->carried.real},
    };

    if (slice.link.from != VGPU_TRACE_HOST) {
        slice.lane = vgpu_lane_of_link(slice.link.from, true);
        give_slice(&slice);
    }
    if (slice.link.to != VGPU_TRACE_HOST) {
        slice.lane = vgpu_lane_of_link(slice.link.to, false);
        give_slice(&slice);
    }
}

static void take(struct vgpu_ring *ring, const struct vgpu_record *record)
{
    switch ((enum vgpu_record_kind)record->kind) {
    case VGPU_RECORD_UNIT:
        vgpu_lane_of_unit(record->unit.device, record->unit.index, record->unit.cpu);
        break;
    case VGPU_RECORD_GROUPS_BEGIN:
        open_groups(ring, record);
        break;
    case VGPU_RECORD_WORK_BEGIN:
        if (ring->num_open < VGPU_WORK_DEPTH)
            ring->open[ring->num_open++] = *record;
        break;
    case VGPU_RECORD_GROUPS_END:
        close_open(ring, record->groups.time, NULL);
        break;
    case VGPU_RECORD_WORK_END:
        close_open(ring, record->time, vgpu_trace_name_text(record->name));
        break;
    case VGPU_RECORD_CARRIED:
        take_carried(record);
        break;
    case VGPU_RECORD_QUEUED:
    case VGPU_RECORD_LAUNCH:
    case VGPU_RECORD_TRANSFER:
    case VGPU_RECORD_DEPENDS:
    case VGPU_RECORD_ENDED:
        break;
    }
}

static bool keep_end(const struct vgpu_record *record)
{
    if (reader.num_ends == reader.room) {
        const size_t room = reader.room ? 2 * reader.room : 1024;
        const struct vgpu_record **const ends = realloc(reader.ends, room * sizeof *ends);

        if (!ends)
            return false;
        reader.ends = ends;
        reader.room = room;
    }
    reader.ends[reader.num_ends++] = record;
    return true;
}

/* Relaxed: the reader's own. */
static uint64_t tail_of(const struct vgpu_ring *ring)
{
    return atomic_load_explicit(&ring->tail, memory_order_relaxed);
}

/* Finds out how far this ring is read in this pass, and the ends among that. */
static void collect(struct vgpu_ring *ring, uint64_t time)
{
    const uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    uint64_t at = tail_of(ring);

    for (; at < head; at++) {
        const struct vgpu_record *const record = vgpu_ring_at(ring, at);

        if (record->kind != VGPU_RECORD_ENDED)
            continue;
        if (record->ended.ended > time || !keep_end(record))
            break;
    }
    ring->limit = at;
}

/* What was told of commands before they ended. */
static void scan(struct vgpu_ring *ring)
{
    const uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);

    for (; ring->scanned < head; ring->scanned++)
        vgpu_commands_note(vgpu_ring_at(ring, ring->scanned));
}

static bool has_lost(struct vgpu_ring *ring)
{
    const uint64_t lost = atomic_load_explicit(&ring->lost, memory_order_relaxed);
    const uint64_t more = lost - ring->known_lost;

    ring->known_lost = lost;
    reader.lost += more;
    return more > 0;
}

static int compare_ends(const void *a, const void *b)
{
    const uint64_t left = (*(const struct vgpu_record *const *)a)->ended.ended;
    const uint64_t right = (*(const struct vgpu_record *const *)b)->ended.ended;

    return left < right ? -1 : left > right;
}

/* Groups begin before their launch ends, so they go first: its name is still known.
 * Rings that come to be meanwhile hold nothing that ended before the pass. They are put
 * in front, so the rest of the list stays as it is while the lock is free. */
static bool take_all(struct vgpu_ring *first)
{
    bool any = false;

    for (struct vgpu_ring *ring = first; ring; ring = ring->next)
        for (uint64_t at = tail_of(ring); at < ring->limit; at++)
            take(ring, vgpu_ring_at(ring, at));
    if (reader.num_ends > 1)
        qsort(reader.ends, reader.num_ends, sizeof *reader.ends, compare_ends);
    for (size_t i = 0; i < reader.num_ends; i++)
        take_end(reader.ends[i]);
    for (struct vgpu_ring *ring = first; ring; ring = ring->next) {
        any = any || tail_of(ring) < ring->limit;
        /* release: the ring's thread may write there again */
        atomic_store_explicit(&ring->tail, ring->limit, memory_order_release);
    }
    return any;
}

bool vgpu_reader_pass(const struct vgpu_timeline_sink *sinks, unsigned num_sinks)
{
    const uint64_t time = vgpu_now_ns();
    struct vgpu_ring *first;
    bool lost = false, any;

    reader.sinks = sinks;
    reader.num_sinks = num_sinks;
    reader.num_ends = 0;
    first = vgpu_rings_lock();
    for (struct vgpu_ring *ring = first; ring; ring = ring->next) {
        collect(ring, time);
        lost = has_lost(ring) || lost;
    }
    vgpu_rings_unlock();
    for (struct vgpu_ring *ring = vgpu_rings_lock(); ring; ring = ring->next)
        scan(ring);
    vgpu_rings_unlock();
    any = take_all(first);
    give_new_lanes();
    if (lost)
        vgpu_commands_forget_all();
    vgpu_rings_drained();
    vgpu_rings_sweep();
    return any;
}

static void show_open_commands(const struct vgpu_timeline_sink *sink)
{
    const struct vgpu_told_command *told = vgpu_commands_oldest();

    for (unsigned i = 0; told && i < MOST_OPEN; i++, told = told->newer) {
        struct vgpu_timeline_slice slice = {
            .kind = VGPU_SLICE_COMMAND,
            .name = text_of(told->name),
            .command = told->command,
            .queued = told->queued,
        };
        uint64_t free;

        slice.lane = vgpu_lane_of_queue(told->command >> COMMAND_QUEUE, told->device,
                                        told->in_order, &free);
        slice.begin = later(told->queued, free);
        describe(&slice, told);
        give_new_lanes();
        sink->visitor->slice(sink->context, &slice);
    }
}

void vgpu_reader_open(const struct vgpu_timeline_sink *sink)
{
    for (struct vgpu_ring *ring = vgpu_rings_lock(); ring; ring = ring->next)
        for (uint32_t depth = 0; depth < ring->num_open; depth++) {
            const struct vgpu_timeline_slice slice = slice_of_open(ring, depth);

            give_new_lanes();
            sink->visitor->slice(sink->context, &slice);
        }
    vgpu_rings_unlock();
    show_open_commands(sink);
}
