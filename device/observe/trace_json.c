/* SPDX-License-Identifier: MIT */
/* The timeline as lines of a JSON array that Perfetto and chrome://tracing read. Numbers
 * are printed by hand: there are many. */
#include "observe/trace_json.h"

#include "plain_text.h"

#include <stdio.h>
#include <string.h>

#define LINK_THREADS  100000u /* behind the units of a device */
#define HOST_PROCESS  1u      /* in the file: queues and builds; devices follow */
#define SHORTEST_PART 1000u   /* ns of a wait that is drawn */
#define LONGEST_TEXT  768u    /* bytes, so that a line fits its room */
#define NUMBER_BITS   40
#define NUMBER_MASK   0xFFFFFFFFFFu

struct text {
    char *out;
    size_t length;
};

static void put(struct text *text, const char *piece)
{
    const size_t length = strlen(piece);

    memcpy(text->out + text->length, piece, length + 1);
    text->length += length;
}

static void put_number(struct text *text, uint64_t number)
{
    char digits[20];
    size_t count = 0;

    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        text->out[text->length++] = digits[--count];
    text->out[text->length] = '\0';
}

/* Nanoseconds as microseconds, to the last digit. */
static void put_time(struct text *text, uint64_t ns)
{
    char fraction[] = {'.', (char)('0' + ns / 100 % 10), (char)('0' + ns / 10 % 10),
                       (char)('0' + ns % 10), '\0'};

    put_number(text, ns / 1000);
    put(text, fraction);
}

static void put_escaped(struct text *text, const char *piece)
{
    text->length += vgpu_json_escape(text->out + text->length, LONGEST_TEXT, piece);
}

static void put_member(struct text *text, const char *name, uint64_t number)
{
    put(text, ",\"");
    put(text, name);
    put(text, "\":");
    put_number(text, number);
}

static void put_time_member(struct text *text, const char *name, uint64_t ns)
{
    put(text, ",\"");
    put(text, name);
    put(text, "\":");
    put_time(text, ns);
}

static uint64_t since(uint64_t time, uint64_t origin)
{
    return time > origin ? time - origin : 0;
}

static bool is_of_device(const struct vgpu_timeline_lane *lane)
{
    return lane->kind == VGPU_LANE_UNIT || lane->kind == VGPU_LANE_LINK;
}

static uint64_t process_of(const struct vgpu_timeline_lane *lane)
{
    return is_of_device(lane) ? HOST_PROCESS + 1 + lane->device : HOST_PROCESS;
}

/* Those of devices by their index, so that they are in order, other lanes as they come.
 */
static uint64_t thread_of(const struct vgpu_timeline_lane *lane)
{
    if (lane->kind == VGPU_LANE_LINK)
        return LINK_THREADS + lane->index;
    return 1 + (lane->kind == VGPU_LANE_UNIT ? lane->index : lane->id);
}

/* ,{"ph":"X","pid":1,"tid":2 */
static void begin_event(struct text *text, const char *phase,
                        const struct vgpu_timeline_lane *lane)
{
    put(text, ",{\"ph\":\"");
    put(text, phase);
    put(text, "\"");
    put_member(text, "pid", process_of(lane));
    put_member(text, "tid", thread_of(lane));
}

size_t vgpu_json_header(char *out, const char *program, long pid)
{
    struct text text = {out, 0};

    put(&text, "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"name\":\"process_name\","
               "\"args\":{\"name\":\"queues of ");
    put_escaped(&text, program);
    put(&text, " (process ");
    put_number(&text, (uint64_t)pid);
    put(&text, ")\"}}\n,{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"name\":"
               "\"process_sort_index\",\"args\":{\"sort_index\":1}}\n");
    return text.length;
}

static void put_device_name(struct text *text, const struct vgpu_timeline_lane *lane)
{
    begin_event(text, "M", lane);
    put(text, ",\"name\":\"process_name\",\"args\":{\"name\":\"device ");
    put_number(text, lane->device);
    put(text, "\"}}\n");
    begin_event(text, "M", lane);
    put(text, ",\"name\":\"process_sort_index\",\"args\":{\"sort_index\":");
    put_number(text, process_of(lane));
    put(text, "}}\n");
}

size_t vgpu_json_lane(char *out, const struct vgpu_timeline_lane *lane)
{
    struct text text = {out, 0};

    if (is_of_device(lane))
        put_device_name(&text, lane);
    begin_event(&text, "M", lane);
    put(&text, ",\"name\":\"thread_name\",\"args\":{\"name\":\"");
    put_escaped(&text, lane->name);
    put(&text, "\"}}\n");
    begin_event(&text, "M", lane);
    put(&text, ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":");
    put_number(&text, thread_of(lane));
    put(&text, "}}\n");
    return text.length;
}

/* "command":"17 of queue 2" */
static void put_command(struct text *text, uint64_t command)
{
    put(text, "\"command\":\"");
    if (command >> NUMBER_BITS == 0)
        put(text, "user event ");
    put_number(text, command & NUMBER_MASK);
    if (command >> NUMBER_BITS != 0) {
        put(text, " of queue ");
        put_number(text, command >> NUMBER_BITS);
    }
    put(text, "\"");
}

static void put_place(struct text *text, const char *name,
                      const struct vgpu_timeline_place *place)
{
    put(text, ",\"");
    put(text, name);
    if (place->buffer == 0 || place->buffer == VGPU_TRACE_PATTERN) {
        put(text, place->buffer ? "\":\"a pattern\"" : "\":\"host memory\"");
        return;
    }
    put(text, "\":\"buffer ");
    put_number(text, place->buffer);
    if (place->label) {
        put(text, " \\\"");
        put_escaped(text, place->label);
        put(text, "\\\"");
    }
    put(text, "\"");
}

static void put_sizes(struct text *text, const char *name, const uint64_t *sizes,
                      uint32_t count)
{
    put(text, ",\"");
    put(text, name);
    put(text, "\":[");
    for (uint32_t d = 0; d < count; d++) {
        if (d > 0)
            put(text, ",");
        put_number(text, sizes[d]);
    }
    put(text, "]");
}

static void put_launch(struct text *text, const struct vgpu_timeline_slice *slice)
{
    const uint64_t local[3] = {slice->local[0], slice->local[1], slice->local[2]};
    uint64_t groups = 1;

    for (int d = 0; d < 3; d++)
        groups *= local[d] > 0
                      ? slice->global[d] / local[d] + (slice->global[d] % local[d] != 0)
                      : 0;
    put_sizes(text, "global size", slice->global, slice->work_dim);
    put_sizes(text, "local size", local, slice->work_dim);
    put_member(text, "work-groups", groups);
    put(text, ",\"code\":\"");
    put(text, vgpu_launch_code_text(slice->code));
    put(text, slice->alone ? "\",\"on\":\"one compute unit alone\""
                           : "\",\"on\":\"all compute units\"");
}

static void put_transfer(struct text *text, const struct vgpu_timeline_slice *slice)
{
    put_member(text, "bytes", slice->bytes);
    put_place(text, "from", &slice->from);
    put_place(text, "to", &slice->to);
    if (slice->ended > slice->started && slice->started > 0) {
        put(text, ",\"GB per second\":");
        put_time(text, slice->bytes * 1000 / (slice->ended - slice->started));
    }
}

static void put_command_args(struct text *text, const struct vgpu_timeline_slice *slice,
                             uint64_t origin)
{
    put_command(text, slice->command);
    put_time_member(text, "queued at", since(slice->queued, origin));
    if (slice->submitted)
        put_time_member(text, "submitted at", since(slice->submitted, origin));
    if (slice->started)
        put_time_member(text, "running at", since(slice->started, origin));
    if (slice->ended)
        put_time_member(text, "ended at", since(slice->ended, origin));
    if (slice->status != 0) {
        put(text, ",\"failed with\":-");
        put_number(text, (uint64_t) - (int64_t)slice->status);
    }
    if (slice->work_dim > 0)
        put_launch(text, slice);
    if (slice->moves)
        put_transfer(text, slice);
}

static void put_end(struct text *text, const char *name, uint32_t device)
{
    put(text, ",\"");
    put(text, name);
    put(text, device == VGPU_TRACE_HOST ? "\":\"the host" : "\":\"device ");
    if (device != VGPU_TRACE_HOST)
        put_number(text, device);
    put(text, "\"");
}

/* "modelled" has the wait before the slice, and the delay after it: it is as long as the
 * link is in use. */
static void put_link_args(struct text *text, const struct vgpu_timeline_slice *slice)
{
    const uint64_t used = since(slice->end, slice->begin);

    put(text, "\"bytes\":");
    put_number(text, slice->bytes);
    put_place(text, "buffer", &slice->link.buffer);
    put_end(text, "from", slice->link.from);
    put_end(text, "to", slice->link.to);
    if (slice->command) {
        put(text, ",");
        put_command(text, slice->command);
    }
    if (slice->link.need) {
        put(text, ",\"needed by\":\"");
        put_escaped(text, slice->link.need);
        put(text, "\"");
    }
    put_time_member(text, "modelled us", slice->link.waited + used + slice->link.delay);
    put_time_member(text, "waited us", slice->link.waited);
    put_time_member(text, "delay us", slice->link.delay);
    put_time_member(text, "real us", slice->link.real);
}

static void put_args(struct text *text, const struct vgpu_timeline_slice *slice,
                     uint64_t origin)
{
    put(text, ",\"args\":{");
    switch (slice->kind) {
    case VGPU_SLICE_COMMAND:
        put_command_args(text, slice, origin);
        break;
    case VGPU_SLICE_GROUPS:
        put_command(text, slice->command);
        put_member(text, "first group", slice->first);
        put_member(text, "groups", slice->count);
        break;
    case VGPU_SLICE_LINK:
        put_link_args(text, slice);
        break;
    case VGPU_SLICE_WORK:
        if (slice->outcome) {
            put(text, "\"outcome\":\"");
            put_escaped(text, slice->outcome);
            put(text, "\"");
        }
        break;
    }
    put(text, "}}\n");
}

/* A part of a command's slice, where the wait is long enough to see. */
static void put_part(struct text *text, const struct vgpu_timeline_lane *lane,
                     const char *name, uint64_t begin, uint64_t end, uint64_t origin)
{
    begin_event(text, "X", lane);
    put_time_member(text, "ts", since(begin, origin));
    put_time_member(text, "dur", end - begin);
    put(text, ",\"cat\":\"state\",\"name\":\"");
    put(text, name);
    put(text, "\"}\n");
}

static void put_parts(struct text *text, const struct vgpu_timeline_lane *lane,
                      const struct vgpu_timeline_slice *slice, uint64_t origin)
{
    const uint64_t running = slice->started ? slice->started : slice->ended;
    const uint64_t submitted =
        slice->submitted > slice->begin
            ? slice->submitted < running ? slice->submitted : running
            : slice->begin;

    if (running < slice->begin + SHORTEST_PART)
        return;
    if (submitted > slice->begin)
        put_part(text, lane, "queued", slice->begin, submitted, origin);
    if (running > submitted)
        put_part(text, lane, "submitted", submitted, running, origin);
    if (slice->started && slice->ended > running)
        put_part(text, lane, "running", running, slice->ended, origin);
}

size_t vgpu_json_slice(char *out, const struct vgpu_timeline_lane *lane,
                       const struct vgpu_timeline_slice *slice, uint64_t origin)
{
    static const char *const categories[] = {
        [VGPU_SLICE_COMMAND] = "command",
        [VGPU_SLICE_GROUPS] = "work-groups",
        [VGPU_SLICE_WORK] = "work",
        [VGPU_SLICE_LINK] = "link",
    };
    struct text text = {out, 0};

    begin_event(&text, slice->end ? "X" : "B", lane);
    put_time_member(&text, "ts", since(slice->begin, origin));
    if (slice->end)
        put_time_member(&text, "dur", since(slice->end, slice->begin));
    put(&text, ",\"cat\":\"");
    put(&text, categories[slice->kind]);
    put(&text, "\",\"name\":\"");
    put_escaped(&text, slice->name);
    if (slice->status != 0)
        put(&text, " (failed)");
    if (!slice->end)
        put(&text, " (not ended)");
    put(&text, "\"");
    put_args(&text, slice, origin);
    if (slice->kind == VGPU_SLICE_COMMAND && slice->end)
        put_parts(&text, lane, slice, origin);
    return text.length;
}

size_t vgpu_json_arrow(char *out, const struct vgpu_timeline_lane *from,
                       const struct vgpu_timeline_lane *to,
                       const struct vgpu_timeline_arrow *arrow, uint64_t id,
                       uint64_t origin)
{
    struct text text = {out, 0};

    begin_event(&text, "s", from);
    put_member(&text, "id", id);
    put_time_member(&text, "ts", since(arrow->from_time, origin));
    put(&text, ",\"cat\":\"dependency\",\"name\":\"waited for\",\"args\":{");
    put_command(&text, arrow->from_command);
    put(&text, "}}\n");
    begin_event(&text, "f", to);
    put_member(&text, "id", id);
    put_time_member(&text, "ts", since(arrow->to_time, origin));
    put(&text, ",\"bp\":\"e\",\"cat\":\"dependency\",\"name\":\"waited for\",\"args\":{");
    put_command(&text, arrow->to_command);
    put(&text, "}}\n");
    return text.length;
}

size_t vgpu_json_losses(char *out, const struct vgpu_timeline_losses *losses,
                        uint64_t origin)
{
    struct text text = {out, 0};

    put(&text, ",{\"ph\":\"i\",\"s\":\"g\",\"pid\":1,\"tid\":0");
    put_time_member(&text, "ts", since(losses->before, origin));
    put(&text, ",\"name\":\"not in this trace\",\"args\":{\"older slices dropped\":");
    put_number(&text, losses->dropped);
    put(&text, ",\"events lost\":");
    put_number(&text, losses->lost);
    put(&text, ",\"hint\":\"VGPU_TRACE_BYTES sets how large the file may grow\"}}\n");
    return text.length;
}
