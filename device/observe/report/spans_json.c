/* SPDX-License-Identifier: MIT */
/* Tells a timeline as JSON, in order of time, with totals. */
#include "spans_internal.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is being told. */
struct telling {
    struct vgpu_spans *timeline;
    struct vgpu_spans_span *spans; /* in order of their start */
    size_t num_spans;
    size_t *by_id; /* indices of spans that are commands, in order of id */
    size_t num_by_id;
    double origin;
    json_t *names, *kernels;
};

static size_t ring_size(const struct vgpu_spans_ring *ring)
{
    return ring->added < ring->capacity ? ring->added : ring->capacity;
}

static int by_start(const void *left, const void *right)
{
    const double a = ((const struct vgpu_spans_span *)left)->span.start_us;
    const double b = ((const struct vgpu_spans_span *)right)->span.start_us;

    return a < b ? -1 : a > b;
}

static bool collect(struct telling *telling)
{
    const struct vgpu_spans *timeline = telling->timeline;
    const size_t commands = ring_size(&timeline->commands);
    const size_t groups = ring_size(&timeline->groups);

    telling->spans = calloc(commands + groups + 1, sizeof *telling->spans);
    telling->by_id = calloc(commands + groups + 1, sizeof *telling->by_id);
    if (!telling->spans || !telling->by_id)
        return false;
    if (commands)
        memcpy(telling->spans, timeline->commands.spans,
               commands * sizeof *telling->spans);
    if (groups)
        memcpy(telling->spans + commands, timeline->groups.spans,
               groups * sizeof *telling->spans);
    telling->num_spans = commands + groups;
    qsort(telling->spans, telling->num_spans, sizeof *telling->spans, by_start);
    telling->origin = telling->num_spans ? telling->spans[0].span.start_us : 0;
    return true;
}

/* rounded - to nanoseconds: what is below is noise, and digits cost space. */
static json_t *rounded(double microseconds)
{
    return json_real(isfinite(microseconds) ? round(microseconds * 1000) / 1000 : 0);
}

/* whole - of a number that a file may hold. */
static json_t *whole(double number)
{
    return json_integer((json_int_t)fmax(0, fmin(number, 1e15)));
}

static int tell_name(struct telling *telling, struct vgpu_spans_name *name)
{
    if (name->index == 0) {
        json_array_append_new(telling->names, json_string(name->text));
        name->index = (int)json_array_size(telling->names);
    }
    return name->index - 1;
}

static json_t *tell_span(struct telling *telling, const struct vgpu_spans_span *span)
{
    json_t *row = json_array();

    json_array_append_new(row, json_integer(span->lane));
    json_array_append_new(row, rounded(span->span.start_us - telling->origin));
    json_array_append_new(row, rounded(span->span.duration_us));
    json_array_append_new(row, json_integer(tell_name(telling, span->name)));
    json_array_append_new(row, json_string(vgpu_span_kinds[span->span.kind].letter));
    json_array_append_new(row, whole(span->span.bytes));
    json_array_append_new(row, rounded(span->span.waited_us));
    return row;
}

/* Sums over what is kept. Commands of several queues overlap: `until` is where the time
 * that is already counted as busy ends. Between two commands something may be built:
 * `built_now`, of the time since `until`, is not idle if another command follows. */
struct sums {
    double kernel_us, transfer_us, busy_us, first, until;
    double built_us, built_now;
    double commands;
    struct {
        double commands, bytes, time_us;
    } moved[VGPU_SPAN_KINDS];
};

static void add_command(struct telling *telling, struct sums *sums,
                        const struct vgpu_spans_span *kept)
{
    const struct vgpu_span *span = &kept->span;
    const double end = span->start_us + span->duration_us;

    if (sums->commands++ == 0)
        sums->first = sums->until = span->start_us;
    sums->built_us += fmin(sums->built_now, fmax(0, span->start_us - sums->until));
    sums->built_now = 0;
    sums->busy_us += fmax(0, end - fmax(sums->until, span->start_us));
    sums->until = fmax(sums->until, end);
    if (vgpu_span_kinds[span->kind].moves) {
        sums->transfer_us += span->duration_us;
        sums->moved[span->kind].commands++;
        sums->moved[span->kind].bytes += span->bytes;
        sums->moved[span->kind].time_us += span->duration_us;
    }
    if (span->kind == VGPU_SPAN_KERNEL) {
        json_t *row = json_object_get(telling->kernels, kept->name->text);
        const double before = json_number_value(json_object_get(row, "time_us"));

        sums->kernel_us += span->duration_us;
        if (!row) {
            row = json_pack("{si}", "launches", 0);
            json_object_set_new(telling->kernels, kept->name->text, row);
        }
        json_object_set_new(row, "time_us", rounded(before + span->duration_us));
        json_integer_set(json_object_get(row, "launches"),
                         json_integer_value(json_object_get(row, "launches")) + 1);
    }
}

static void add_build(struct sums *sums, const struct vgpu_span *span)
{
    const double end = span->start_us + span->duration_us;

    if (sums->commands > 0)
        sums->built_now += fmax(0, end - fmax(sums->until, span->start_us));
}

static json_t *tell_totals(const struct telling *telling, const struct sums *sums)
{
    double most = 0, sum = 0;
    int units = 0;

    for (size_t i = 0; i < telling->timeline->num_lanes; i++) {
        const struct vgpu_spans_lane *lane = telling->timeline->lanes[i];

        if (strcmp(lane->kind, "unit") != 0)
            continue;
        units++;
        sum += lane->busy_us;
        most = fmax(most, lane->busy_us);
    }
    return json_pack(
        "{so so so so so si si so so}", "kernel_us", rounded(sums->kernel_us),
        "transfer_us", rounded(sums->transfer_us), "busy_us", rounded(sums->busy_us),
        "span_us", rounded(sums->until - sums->first), "built_us",
        rounded(sums->built_us), "commands", (int)sums->commands, "units", units,
        "unit_busy_max_us", rounded(most), "unit_busy_sum_us", rounded(sum));
}

static json_t *tell_transfers(const struct sums *sums)
{
    json_t *rows = json_array();

    for (int kind = 0; kind < VGPU_SPAN_KINDS; kind++) {
        char word[sizeof vgpu_span_kinds->word] = "";

        if (sums->moved[kind].commands == 0)
            continue;
        for (size_t i = 0; vgpu_span_kinds[kind].word[i]; i++)
            word[i] = (char)tolower(vgpu_span_kinds[kind].word[i]);
        json_array_append_new(rows,
                              json_pack("{ss so so so}", "kind", word, "commands",
                                        rounded(sums->moved[kind].commands), "bytes",
                                        rounded(sums->moved[kind].bytes), "time_us",
                                        rounded(sums->moved[kind].time_us)));
    }
    return rows;
}

static bool is_command(enum vgpu_span_kind kind)
{
    return kind != VGPU_SPAN_GROUPS && kind != VGPU_SPAN_LINK && kind != VGPU_SPAN_WORK;
}

static json_t *tell_spans(struct telling *telling, json_t **totals_out,
                          json_t **transfers_out)
{
    struct sums sums = {0};
    json_t *rows = json_array();

    for (size_t i = 0; i < telling->timeline->num_lanes; i++)
        telling->timeline->lanes[i]->busy_us = 0;
    for (size_t i = 0; i < telling->num_spans; i++) {
        const struct vgpu_spans_span *span = &telling->spans[i];

        telling->timeline->lanes[span->lane]->busy_us += span->span.duration_us;
        if (is_command(span->span.kind)) {
            add_command(telling, &sums, span);
            if (span->span.id)
                telling->by_id[telling->num_by_id++] = i;
        }
        if (span->span.kind == VGPU_SPAN_WORK)
            add_build(&sums, &span->span);
        json_array_append_new(rows, tell_span(telling, span));
    }
    *totals_out = tell_totals(telling, &sums);
    *transfers_out = tell_transfers(&sums);
    return rows;
}

static json_t *tell_lanes(const struct vgpu_spans *timeline)
{
    json_t *lanes = json_array();

    for (size_t i = 0; i < timeline->num_lanes; i++) {
        const struct vgpu_spans_lane *lane = timeline->lanes[i];
        json_array_append_new(lanes, json_pack("{ss ss si so}", "name",
                                               lane->name ? lane->name : lane->kind,
                                               "kind", lane->kind, "device", lane->device,
                                               "busy_us", rounded(lane->busy_us)));
    }
    return lanes;
}

static int by_id(const void *left, const void *right, void *spans)
{
    const struct vgpu_spans_span *const all = spans;
    const uint64_t a = all[*(const size_t *)left].span.id;
    const uint64_t b = all[*(const size_t *)right].span.id;

    return a < b ? -1 : a > b;
}

/* find_span - the span of a command, or -1. */
static json_int_t find_span(const struct telling *telling, uint64_t id)
{
    size_t low = 0, high = telling->num_by_id;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const uint64_t here = telling->spans[telling->by_id[middle]].span.id;

        if (here == id)
            return (json_int_t)telling->by_id[middle];
        if (here < id)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static json_t *tell_arrows(struct telling *telling)
{
    const struct vgpu_spans *timeline = telling->timeline;
    const size_t count = timeline->num_arrows < VGPU_SPANS_ARROWS ? timeline->num_arrows
                                                                  : VGPU_SPANS_ARROWS;
    json_t *arrows = json_array();

    qsort_r(telling->by_id, telling->num_by_id, sizeof *telling->by_id, by_id,
            telling->spans);
    for (size_t i = 0; i < count; i++) {
        const json_int_t from = find_span(telling, timeline->arrows[i].from);
        const json_int_t to = find_span(telling, timeline->arrows[i].to);

        if (from >= 0 && to >= 0)
            json_array_append_new(arrows, json_pack("[II]", from, to));
    }
    return arrows;
}

static size_t dropped(const struct vgpu_spans_ring *ring)
{
    return ring->added - ring_size(ring);
}

json_t *vgpu_spans_json(struct vgpu_spans *timeline)
{
    struct telling telling = {
        .timeline = timeline, .names = json_array(), .kernels = json_object()};
    json_t *result = NULL, *spans, *totals = NULL, *transfers = NULL;

    if (collect(&telling)) {
        spans = tell_spans(&telling, &totals, &transfers);
        result = json_pack("{sI so sO so so so so sO}", "dropped",
                           (json_int_t)(dropped(&timeline->commands) +
                                        dropped(&timeline->groups) + timeline->dropped),
                           "lanes", tell_lanes(timeline), "names", telling.names, "spans",
                           spans, "arrows", tell_arrows(&telling), "totals", totals,
                           "transfers", transfers, "kernels", telling.kernels);
    }
    json_decref(telling.names);
    json_decref(telling.kernels);
    free(telling.spans);
    free(telling.by_id);
    return result;
}
