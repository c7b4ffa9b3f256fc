/* SPDX-License-Identifier: MIT */
/* Reading traces, and what holds for each of them. */
#include "trace_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Files and folders have room in the current folder, which is the build's. */
static void make_path(char path[128])
{
    static unsigned count;

    snprintf(path, 128, "events-%ld-%u.json", (long)getpid(), ++count);
    unlink(path);
}

static char *read_all(const char *path)
{
    FILE *const file = fopen(path, "rb");
    char *text = NULL;
    long size;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
        rewind(file);
        text = malloc((size_t)size + 2);
        if (text)
            text[fread(text, 1, (size_t)size, file)] = '\0';
    }
    fclose(file);
    return text;
}

json_t *trace_read(const char *path)
{
    char *const text = read_all(path);
    json_error_t error;
    json_t *events = NULL;

    if (!text) {
        VGPU_FAIL("%s cannot be read", path);
        return NULL;
    }
    events = json_loads(text, 0, &error);
    if (!events)
        events = json_loads(strcat(text, "]"), 0, &error);
    if (!events)
        VGPU_FAIL("%s, line %d: %s", path, error.line, error.text);
    free(text);
    return events;
}

struct traced traced_run(const char *program, const char *more)
{
    struct traced traced;
    char variable[160], filter[64];
    const char *const environment[] = {variable, more, NULL};

    make_path(traced.path);
    snprintf(variable, sizeof variable, "VGPU_TRACE=%s", traced.path);
    snprintf(filter, sizeof filter, "program.%s", program);
    traced.process = vgpu_test_spawn_self(filter, environment);
    traced.events = trace_read(traced.path);
    return traced;
}

void traced_fini(struct traced *traced)
{
    vgpu_test_process_fini(&traced->process);
    json_decref(traced->events);
    unlink(traced->path);
}

const char *trace_text(const json_t *event, const char *member)
{
    const char *const text = json_string_value(json_object_get(event, member));

    return text ? text : "";
}

double trace_number(const json_t *event, const char *member)
{
    const json_t *const number = json_object_get(event, member);

    return json_is_number(number) ? json_number_value(number) : -1;
}

const json_t *trace_arg(const json_t *event, const char *name)
{
    return json_object_get(json_object_get(event, "args"), name);
}

static bool matches(const json_t *event, const char *phase, const char *category,
                    const char *name)
{
    return strcmp(trace_text(event, "ph"), phase) == 0 &&
           (!category || strcmp(trace_text(event, "cat"), category) == 0) &&
           (!name || strcmp(trace_text(event, "name"), name) == 0);
}

const json_t *trace_find(const json_t *events, const char *phase, const char *category,
                         const char *name)
{
    size_t index;
    json_t *event;

    json_array_foreach (events, index, event)
        if (matches(event, phase, category, name))
            return event;
    return NULL;
}

size_t trace_count(const json_t *events, const char *phase, const char *category,
                   const char *name)
{
    size_t index, count = 0;
    json_t *event;

    json_array_foreach (events, index, event)
        count += matches(event, phase, category, name);
    return count;
}

const json_t *trace_command(const json_t *events, const char *command)
{
    size_t index;
    json_t *event;

    json_array_foreach (events, index, event)
        if (strcmp(trace_text(event, "cat"), "command") == 0 &&
            strcmp(json_string_value(trace_arg(event, "command")), command) == 0)
            return event;
    return NULL;
}

static bool on_one_lane(const json_t *a, const json_t *b)
{
    return json_equal(json_object_get(a, "pid"), json_object_get(b, "pid")) &&
           json_equal(json_object_get(a, "tid"), json_object_get(b, "tid"));
}

const char *trace_lane(const json_t *events, const json_t *event)
{
    size_t index;
    json_t *other;

    json_array_foreach (events, index, other)
        if (matches(other, "M", NULL, "thread_name") && on_one_lane(other, event))
            return json_string_value(trace_arg(other, "name"));
    return "";
}

static void expect_event(const json_t *event)
{
    const char *const phase = trace_text(event, "ph");

    EXPECT_TRUE(json_is_object(event));
    EXPECT_TRUE(strlen(phase) == 1 && strchr("XBMsfi", phase[0]) != NULL);
    EXPECT_TRUE(json_is_integer(json_object_get(event, "pid")));
    EXPECT_TRUE(json_is_integer(json_object_get(event, "tid")));
    EXPECT_TRUE(trace_text(event, "name")[0] != '\0');
    if (phase[0] != 'M')
        EXPECT_TRUE(trace_number(event, "ts") >= 0);
    if (phase[0] == 'X')
        EXPECT_TRUE(trace_number(event, "dur") >= 0);
}

/* What is compared of a slice. */
struct slice {
    long long lane;
    double begin, end;
};

static int compare_slices(const void *a, const void *b)
{
    const struct slice *const left = a, *const right = b;

    if (left->lane != right->lane)
        return left->lane < right->lane ? -1 : 1;
    if (left->begin != right->begin)
        return left->begin < right->begin ? -1 : 1;
    return left->end > right->end ? -1 : left->end < right->end;
}

static long long lane_of(const json_t *event)
{
    return json_integer_value(json_object_get(event, "pid")) * 1000000 +
           json_integer_value(json_object_get(event, "tid"));
}

/* Times have three decimals, and jansson makes doubles of them. */
static bool is_later(double a, double b)
{
    return a > b + 0.0005;
}

static void expect_nesting(const struct slice *slices, size_t count)
{
    struct slice open[16];
    size_t depth = 0;

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && slices[i].lane != slices[i - 1].lane)
            depth = 0;
        while (depth > 0 && !is_later(open[depth - 1].end, slices[i].begin))
            depth--;
        if (depth > 0 && is_later(slices[i].end, open[depth - 1].end))
            VGPU_FAIL("slice %.3f to %.3f is not within %.3f to %.3f", slices[i].begin,
                      slices[i].end, open[depth - 1].begin, open[depth - 1].end);
        ASSERT_LT(depth, 16);
        open[depth++] = slices[i];
    }
}

static void expect_arrow_end(const json_t *event, const struct slice *slices,
                             size_t count)
{
    const double time = trace_number(event, "ts");

    for (size_t i = 0; i < count; i++)
        if (slices[i].lane == lane_of(event) && !is_later(slices[i].begin, time) &&
            !is_later(time, slices[i].end))
            return;
    VGPU_FAIL("the end of an arrow at %.3f is on no slice", time);
}

static const json_t *other_end(const json_t *events, const json_t *start)
{
    size_t index;
    json_t *event;

    json_array_foreach (events, index, event)
        if (matches(event, "f", NULL, NULL) &&
            json_equal(json_object_get(event, "id"), json_object_get(start, "id")))
            return event;
    return NULL;
}

static void expect_arrow(const json_t *events, const json_t *start,
                         const struct slice *slices, size_t count)
{
    const json_t *const end = other_end(events, start);

    if (!end) {
        VGPU_FAIL("arrow %lld has no end",
                  (long long)json_integer_value(json_object_get(start, "id")));
        return;
    }
    EXPECT_FALSE(is_later(trace_number(start, "ts"), trace_number(end, "ts")));
    expect_arrow_end(start, slices, count);
    expect_arrow_end(end, slices, count);
}

void trace_expect_sound(const json_t *events)
{
    struct slice *const slices = calloc(json_array_size(events) + 1, sizeof *slices);
    size_t index, count = 0;
    json_t *event;

    EXPECT_TRUE(json_is_array(events));
    json_array_foreach (events, index, event) {
        expect_event(event);
        if (!matches(event, "X", NULL, NULL))
            continue;
        if (count == 0 || lane_of(event) != slices[count - 1].lane)
            EXPECT_TRUE(trace_lane(events, event)[0] != '\0');
        slices[count++] =
            (struct slice){lane_of(event), trace_number(event, "ts"),
                           trace_number(event, "ts") + trace_number(event, "dur")};
    }
    qsort(slices, count, sizeof *slices, compare_slices);
    expect_nesting(slices, count);
    json_array_foreach (events, index, event)
        if (matches(event, "s", NULL, NULL))
            expect_arrow(events, event, slices, count);
    EXPECT_EQ(trace_count(events, "s", NULL, NULL), trace_count(events, "f", NULL, NULL));
    free(slices);
}
