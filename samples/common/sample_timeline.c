/* SPDX-License-Identifier: MIT */
/* Pictures of which device ran what when. */
#include "sample_timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 64

void sample_timeline_add(struct sample_timeline *timeline, cl_uint device, char mark,
                         cl_event event)
{
    if (timeline->num_commands == timeline->capacity) {
        timeline->capacity = timeline->capacity * 2 + 64;
        timeline->commands =
            realloc(timeline->commands, timeline->capacity * sizeof(*timeline->commands));
        if (!timeline->commands)
            sample_fail("no memory for the times of %zu commands", timeline->capacity);
    }
    SAMPLE_CHECK(clRetainEvent(event));
    timeline->commands[timeline->num_commands++] =
        (struct sample_timed){device, mark, event};
}

/* Nanoseconds of a device's clock. */
struct span {
    cl_ulong start, end;
};

static struct span span_of(const struct sample_timed *command)
{
    struct span span;

    SAMPLE_CHECK(clGetEventProfilingInfo(command->event, CL_PROFILING_COMMAND_START,
                                         sizeof(span.start), &span.start, NULL));
    SAMPLE_CHECK(clGetEventProfilingInfo(command->event, CL_PROFILING_COMMAND_END,
                                         sizeof(span.end), &span.end, NULL));
    return span;
}

/* From the first start to the last end; never empty. */
static struct span whole_span(const struct sample_timeline *timeline)
{
    struct span whole = {UINT64_MAX, 0};

    for (size_t i = 0; i < timeline->num_commands; i++) {
        const struct span span = span_of(&timeline->commands[i]);

        if (span.start < whole.start)
            whole.start = span.start;
        if (span.end > whole.end)
            whole.end = span.end;
    }
    if (whole.end <= whole.start)
        whole = (struct span){whole.end, whole.end + 1};
    return whole;
}

static double busy_ns(const struct sample_timeline *timeline, cl_uint device)
{
    double ns = 0;

    for (size_t i = 0; i < timeline->num_commands; i++) {
        if (timeline->commands[i].device == device) {
            const struct span span = span_of(&timeline->commands[i]);

            ns += (double)(span.end - span.start);
        }
    }
    return ns;
}

double sample_timeline_busy(const struct sample_timeline *timeline, cl_uint num_devices)
{
    const struct span whole = whole_span(timeline);
    double ns = 0;

    for (cl_uint d = 0; d < num_devices; d++)
        ns += busy_ns(timeline, d);
    return ns / (double)(whole.end - whole.start) / num_devices;
}

double sample_timeline_ms(const struct sample_timeline *timeline, char mark)
{
    double ms = 0;

    for (size_t i = 0; i < timeline->num_commands; i++) {
        if (timeline->commands[i].mark == mark)
            ms += sample_event_ms(timeline->commands[i].event);
    }
    return ms;
}

/* How much of each column a mark has: rows are marks. */
struct picture {
    double columns_per_ns;
    cl_ulong start;
    float taken[128][COLUMNS];
};

static void draw(struct picture *picture, char mark, struct span span)
{
    const double from = (double)(span.start - picture->start) * picture->columns_per_ns;
    const double to = (double)(span.end - picture->start) * picture->columns_per_ns;
    float *row = picture->taken[mark & 127];

    for (int c = from < COLUMNS ? (int)from : COLUMNS - 1; c < COLUMNS && c <= (int)to;
         c++) {
        const double left = from > c ? from : c, right = to < c + 1 ? to : c + 1;

        /* What takes no time is there, too, where nothing else is. */
        row[c] += (float)(right - left) + 1e-6f;
    }
}

static void print_row(const struct picture *picture)
{
    char text[COLUMNS + 1] = {0};

    for (int c = 0; c < COLUMNS; c++) {
        float most = 0;

        text[c] = '.';
        for (int mark = 0; mark < 128; mark++) {
            if (picture->taken[mark][c] > most) {
                most = picture->taken[mark][c];
                text[c] = (char)mark;
            }
        }
    }
    printf("|%s|", text);
}

void sample_timeline_print(const struct sample_timeline *timeline, cl_uint num_devices,
                           const char *title, const char *legend)
{
    const struct span whole = whole_span(timeline);
    const double ns = (double)(whole.end - whole.start);
    struct picture picture = {.columns_per_ns = COLUMNS / ns, .start = whole.start};

    printf("%s: %.3f ms from left to right (%s)\n", title, ns * 1e-6, legend);
    for (cl_uint d = 0; d < num_devices; d++) {
        memset(picture.taken, 0, sizeof(picture.taken));
        for (size_t i = 0; i < timeline->num_commands; i++) {
            if (timeline->commands[i].device == d)
                draw(&picture, timeline->commands[i].mark,
                     span_of(&timeline->commands[i]));
        }
        printf("device %-2u ", d);
        print_row(&picture);
        printf(" %3.0f %% busy\n", 100 * busy_ns(timeline, d) / ns);
    }
    printf("\n");
}

void sample_timeline_clear(struct sample_timeline *timeline)
{
    for (size_t i = 0; i < timeline->num_commands; i++)
        SAMPLE_CHECK(clReleaseEvent(timeline->commands[i].event));
    free(timeline->commands);
    *timeline = (struct sample_timeline){0};
}
