/* SPDX-License-Identifier: MIT */
/* Reads trace events one by one, so that a trace that was cut short is of use. */
#include "trace_reader.h"

#include "figures.h"

#include <errno.h>
#include <string.h>

struct reader {
    struct vgpu_spans *spans;
    const char *at, *end;
};

static const struct {
    const char *word;
    enum vgpu_span_kind kind;
} categories[] = {
    {"kernel", VGPU_SPAN_KERNEL},
    {"transfer", VGPU_SPAN_TRANSFER},
    {"fill", VGPU_SPAN_FILL},
    {"group", VGPU_SPAN_GROUPS},
};

static enum vgpu_span_kind kind_of(const json_t *event)
{
    const char *category = vgpu_json_text(event, "cat");

    for (size_t i = 0; i < sizeof categories / sizeof *categories; i++)
        if (strstr(category, categories[i].word))
            return categories[i].kind;
    return VGPU_SPAN_OTHER;
}

static int lane_of(struct vgpu_spans *spans, const json_t *event)
{
    return vgpu_spans_lane(spans, json_integer_value(json_object_get(event, "pid")),
                           json_integer_value(json_object_get(event, "tid")));
}

static void read_slice(struct vgpu_spans *spans, const json_t *event)
{
    const json_t *args = json_object_get(event, "args");
    const struct vgpu_span span = {
        .id = (uint64_t)json_integer_value(json_object_get(args, "command")),
        .start_us = vgpu_json_number(event, "ts"),
        .duration_us = vgpu_json_number(event, "dur"),
        .waited_us = vgpu_json_number(args, "waited_us"),
        .bytes = vgpu_json_number(args, "bytes"),
        .name = vgpu_json_text(event, "name"),
        .kind = kind_of(event),
    };

    vgpu_spans_add(spans, lane_of(spans, event), &span);
}

static void read_name(struct vgpu_spans *spans, const json_t *event)
{
    const char *name = vgpu_json_text(json_object_get(event, "args"), "name");

    if (strcmp(vgpu_json_text(event, "name"), "thread_name") == 0)
        vgpu_spans_lane_describe(spans, lane_of(spans, event), name,
                                 strstr(name, "unit") ? "unit" : "queue", 0);
}

static void read_event(struct vgpu_spans *spans, const json_t *event)
{
    const char *phase = vgpu_json_text(event, "ph");

    if (strcmp(phase, "X") == 0)
        read_slice(spans, event);
    else if (strcmp(phase, "M") == 0)
        read_name(spans, event);
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
        read_event(spans, event);
        json_decref(event);
        count++;
    }
    return count;
}
