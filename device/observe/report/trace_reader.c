/* SPDX-License-Identifier: MIT */
/* Reads trace events one by one, so that a trace that was cut short is of use. */
#include "trace_reader.h"

#include "figures.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct reader {
    struct vgpu_spans *spans;
    const char *at, *end;
    uint64_t arrow_from; /* the command that an arrow begins at */
};

/* kind_of - launches have a size; what else moves bytes says so by its name. */
static enum vgpu_span_kind kind_of(const json_t *event, const json_t *args)
{
    if (strcmp(vgpu_json_text(event, "cat"), "work-groups") == 0)
        return VGPU_SPAN_GROUPS;
    if (strcmp(vgpu_json_text(event, "cat"), "work") == 0)
        return VGPU_SPAN_WORK;
    if (strcmp(vgpu_json_text(event, "cat"), "link") == 0)
        return VGPU_SPAN_LINK;
    if (json_object_get(args, "global size"))
        return VGPU_SPAN_KERNEL;
    return json_object_get(args, "bytes")
               ? vgpu_span_kind_of(vgpu_json_text(event, "name"))
               : VGPU_SPAN_OTHER;
}

/* id_of - of "17 of queue 2"; 0 where it is none. */
static uint64_t id_of(const json_t *args)
{
    unsigned long number = 0, queue = 0;

    if (sscanf(vgpu_json_text(args, "command"), "%lu of queue %lu", &number, &queue) != 2)
        return 0;
    return (uint64_t)queue << 40 | number;
}

static int lane_of(struct vgpu_spans *spans, const json_t *event)
{
    return vgpu_spans_lane(spans, json_integer_value(json_object_get(event, "pid")),
                           json_integer_value(json_object_get(event, "tid")));
}

static void read_slice(struct reader *reader, const json_t *event)
{
    const json_t *args = json_object_get(event, "args");
    const double running = vgpu_json_number(args, "running at");
    const enum vgpu_span_kind kind = kind_of(event, args);
    struct vgpu_span span = {
        .id = kind == VGPU_SPAN_LINK ? 0 : id_of(args),
        .start_us = vgpu_json_number(event, "ts"),
        .duration_us = vgpu_json_number(event, "dur"),
        .bytes = vgpu_json_number(args, "bytes"),
        .name = vgpu_json_text(event, "name"),
        .kind = kind,
    };

    if (strcmp(vgpu_json_text(event, "cat"), "state") == 0)
        return; /* a part of the command that was read before */
    if (running > span.start_us) {
        span.duration_us = fmax(0, span.duration_us - (running - span.start_us));
        span.start_us = running;
    }
    if (running > 0)
        span.waited_us = running - vgpu_json_number(args, "queued at");
    if (kind == VGPU_SPAN_LINK)
        span.waited_us = vgpu_json_number(args, "waited us");
    vgpu_spans_add(reader->spans, lane_of(reader->spans, event), &span);
}

/* read_name - processes from 2 on are devices; see trace_json.c. */
static void read_name(struct reader *reader, const json_t *event)
{
    const char *name = vgpu_json_text(json_object_get(event, "args"), "name");
    const json_int_t process = json_integer_value(json_object_get(event, "pid"));

    if (strcmp(vgpu_json_text(event, "name"), "thread_name") == 0)
        vgpu_spans_lane_describe(reader->spans, lane_of(reader->spans, event), name,
                                 process < 2                      ? "queue"
                                 : strncmp(name, "link ", 5) == 0 ? "link"
                                                                  : "unit",
                                 process >= 2 && process < 100 ? (int)process - 2 : 0);
}

/* Arrows come as a start, and right behind it its end. */
static void read_arrow(struct reader *reader, const json_t *event, bool is_end)
{
    const uint64_t command = id_of(json_object_get(event, "args"));

    if (is_end && reader->arrow_from && command)
        vgpu_spans_arrow(reader->spans, reader->arrow_from, command);
    reader->arrow_from = is_end ? 0 : command;
}

static void read_loss(struct reader *reader, const json_t *event)
{
    const json_t *args = json_object_get(event, "args");
    const double dropped = vgpu_json_number(args, "older slices dropped");

    if (dropped > 0 && dropped < 1e18)
        vgpu_spans_drop(reader->spans, (uint64_t)dropped);
}

static void read_event(struct reader *reader, const json_t *event)
{
    const char *phase = vgpu_json_text(event, "ph");

    switch (*phase) {
    case 'X':
        read_slice(reader, event);
        break;
    case 'M':
        read_name(reader, event);
        break;
    case 's':
    case 'f':
        read_arrow(reader, event, *phase == 'f');
        break;
    case 'i':
        read_loss(reader, event);
        break;
    default:
        break;
    }
}

/* begin - at the first event: behind the '[' of an array, or of "traceEvents". */
static int begin(struct reader *reader)
{
    const size_t size = (size_t)(reader->end - reader->at);
    const char *start = memmem(reader->at, size, "\"traceEvents\"", 13);

    reader->at += strspn(reader->at, " \t\r\n");
    if (*reader->at != '[')
        reader->at = start ? memchr(start, '[', (size_t)(reader->end - start)) : NULL;
    if (!reader->at)
        return -EINVAL;
    reader->at++;
    return 0;
}

/* next_event - NULL at the end, and where the text stops making sense. */
static json_t *next_event(struct reader *reader)
{
    json_error_t error;
    json_t *event;

    reader->at += strspn(reader->at, " \t\r\n,");
    if (*reader->at != '{')
        return NULL;
    event = json_loadb(reader->at, (size_t)(reader->end - reader->at),
                       JSON_DISABLE_EOF_CHECK, &error);
    if (event)
        reader->at += error.position;
    return event;
}

long vgpu_trace_read(struct vgpu_spans *spans, const char *text, size_t size)
{
    struct reader reader = {.spans = spans, .at = text, .end = text + size};
    json_t *event;
    long count = 0;

    if (begin(&reader) != 0)
        return -EINVAL;
    while ((event = next_event(&reader))) {
        read_event(&reader, event);
        json_decref(event);
        count++;
    }
    return count;
}
