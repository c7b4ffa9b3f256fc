/* SPDX-License-Identifier: MIT */
/* Timelines: from traces, whole and cut short, and bounded. */
#include "example.h"

#include "spans.h"
#include "trace_reader.h"

#include <errno.h>
#include <string.h>

static const char events[] =
    "[\n"
    "{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"thread_name\",\"args\":{\"name\":"
    "\"queue "
    "1\"}}\n"
    ",{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":8,\"dur\":7,\"cat\":\"command\",\"name\":"
    "\"saxpy\",\"args\":{\"command\":\"1 of queue 1\",\"queued at\":7,\"running at\":10,"
    "\"global size\":[64]}}\n"
    ",{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":8,\"dur\":2,\"cat\":\"state\",\"name\":"
    "\"queued\"}\n"
    ",{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":20.5,\"dur\":1,\"cat\":\"command\","
    "\"name\":"
    "\"read buffer\",\"args\":{\"command\":\"2 of queue 1\",\"bytes\":4096}}\n"
    ",{\"ph\":\"s\",\"pid\":1,\"tid\":1,\"id\":1,\"ts\":15,\"args\":{\"command\":\"1 of "
    "queue "
    "1\"}}\n"
    ",{\"ph\":\"f\",\"pid\":1,\"tid\":1,\"id\":1,\"ts\":20.5,\"args\":{\"command\":\"2 "
    "of "
    "queue 1\"}}\n"
    ",{\"ph\":\"i\",\"pid\":1,\"tid\":0,\"ts\":0,\"args\":{\"older slices dropped\":7}}\n"
    "]\n";

/* read - the timeline of a trace's text, NULL where it is none. */
static json_t *read_text(const char *text, size_t size)
{
    struct vgpu_spans *spans = vgpu_spans_create();
    json_t *timeline = NULL;
    char *copy = strndup(text, size);

    if (vgpu_trace_read(spans, copy, size) >= 0)
        timeline = vgpu_spans_json(spans);
    vgpu_spans_destroy(spans);
    free(copy);
    return timeline;
}

static size_t spans_in(const json_t *timeline)
{
    return json_array_size(json_object_get(timeline, "spans"));
}

VGPU_UNIT_TEST(report_trace, becomes_lanes_and_spans)
{
    json_t *timeline = read_text(events, strlen(events));
    const json_t *lane = json_array_get(json_object_get(timeline, "lanes"), 0);
    const json_t *totals = json_object_get(timeline, "totals");

    EXPECT_EQ(2, spans_in(timeline));
    EXPECT_STREQ("queue 1", json_string_value(json_object_get(lane, "name")));
    EXPECT_NEAR(5, json_number_value(json_object_get(totals, "kernel_us")), 1e-6);
    EXPECT_NEAR(1, json_number_value(json_object_get(totals, "transfer_us")), 1e-6);
    EXPECT_NEAR(6, json_number_value(json_object_get(totals, "busy_us")), 1e-6);
    EXPECT_EQ(7, json_integer_value(json_object_get(timeline, "dropped")));
    EXPECT_EQ(1, json_array_size(json_object_get(timeline, "arrows")));
    EXPECT_NEAR(3,
                json_number_value(json_array_get(
                    json_array_get(json_object_get(timeline, "spans"), 0), 6)),
                1e-6);
    EXPECT_NEAR(11.5, json_number_value(json_object_get(totals, "span_us")), 1e-6);
    json_decref(timeline);
}

VGPU_UNIT_TEST(report_trace, is_read_as_far_as_it_goes_wherever_it_was_cut)
{
    size_t most = 0;

    for (size_t size = 0; size < strlen(events); size++) {
        json_t *timeline = read_text(events, size);

        if (timeline && spans_in(timeline) > most)
            most = spans_in(timeline);
        json_decref(timeline);
    }
    EXPECT_EQ(2, most);
}

VGPU_UNIT_TEST(report_trace, that_is_none_is_refused)
{
    static const char *const texts[] = {"", "{}", "hello", "{\"traceEvents\": 3}"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        EXPECT_TRUE(read_text(texts[i], strlen(texts[i])) == NULL);
}

VGPU_UNIT_TEST(report_trace,
               keeps_the_newest_of_more_than_fits_and_says_how_many_are_gone)
{
    struct vgpu_spans *spans = vgpu_spans_create();
    const int lane = vgpu_spans_lane(spans, 1, 1), extra = 1234;
    struct vgpu_span span = {.name = "k", .duration_us = 1, .kind = VGPU_SPAN_KERNEL};
    json_t *timeline, *last;

    for (span.id = 1; span.id <= VGPU_SPANS_COMMANDS + (unsigned)extra; span.id++) {
        span.start_us = 2.0 * (double)span.id;
        vgpu_spans_add(spans, lane, &span);
        vgpu_spans_arrow(spans, span.id - 1, span.id);
    }
    timeline = vgpu_spans_json(spans);
    EXPECT_EQ(extra, json_integer_value(json_object_get(timeline, "dropped")));
    EXPECT_EQ(VGPU_SPANS_COMMANDS, spans_in(timeline));
    EXPECT_EQ(VGPU_SPANS_COMMANDS - 1,
              json_array_size(json_object_get(timeline, "arrows")));
    last = json_array_get(json_object_get(timeline, "spans"), spans_in(timeline) - 1);
    EXPECT_NEAR(2.0 * (VGPU_SPANS_COMMANDS - 1),
                json_number_value(json_array_get(last, 1)), 1e-6);
    json_decref(timeline);
    vgpu_spans_destroy(spans);
}

VGPU_UNIT_TEST(report_trace, groups_do_not_push_commands_out)
{
    struct vgpu_spans *spans = vgpu_spans_create();
    const int lane = vgpu_spans_lane(spans, 1, 1);
    struct vgpu_span span = {.name = "k", .duration_us = 1, .kind = VGPU_SPAN_KERNEL};
    json_t *timeline;

    vgpu_spans_add(spans, lane, &span);
    span.kind = VGPU_SPAN_GROUPS;
    for (unsigned i = 0; i < 2 * VGPU_SPANS_GROUPS; i++)
        vgpu_spans_add(spans, lane, &span);
    timeline = vgpu_spans_json(spans);
    EXPECT_EQ(1, json_integer_value(
                     json_object_get(json_object_get(timeline, "totals"), "commands")));
    json_decref(timeline);
    vgpu_spans_destroy(spans);
}

VGPU_UNIT_TEST(report_trace, takes_names_that_are_no_text)
{
    struct vgpu_spans *spans = vgpu_spans_create();
    const int lane = vgpu_spans_lane(spans, 1, 1);
    const struct vgpu_span span = {.name = "\xff\xfe bad\x01", .kind = VGPU_SPAN_KERNEL};
    json_t *timeline;

    vgpu_spans_lane_describe(spans, lane, "\x80", "unit", 0);
    vgpu_spans_add(spans, lane, &span);
    timeline = vgpu_spans_json(spans);
    EXPECT_EQ(1, spans_in(timeline));
    json_decref(timeline);
    vgpu_spans_destroy(spans);
}
