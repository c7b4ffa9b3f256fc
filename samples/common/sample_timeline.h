/* SPDX-License-Identifier: MIT */
/* A picture in text of which device ran what when, from the profiling times of events:
 *
 *     blocks: 8.4 ms from left to right (# computes, r reads)
 *     device 0 |####r...................................|  25 % busy
 *     device 1 |######################################rr| 100 % busy
 */
#ifndef SAMPLE_TIMELINE_H
#define SAMPLE_TIMELINE_H

#include "sample.h"

struct sample_timed {
    cl_uint device;
    char mark; /* a printable character */
    cl_event event;
};

/* Begins as {0}. */
struct sample_timeline {
    size_t num_commands, capacity;
    struct sample_timed *commands;
};

/* sample_timeline_add - a command of a queue that profiles; the timeline retains its
 * event. */
void sample_timeline_add(struct sample_timeline *timeline, cl_uint device, char mark,
                         cl_event event);

/* sample_timeline_busy - how much of the time between the first command's start and the
 * last one's end the devices were busy on average, from 0 to 1. All commands have ended,
 * here and below. */
double sample_timeline_busy(const struct sample_timeline *timeline, cl_uint num_devices);

/* sample_timeline_ms - how long the commands with this mark took, added up. */
double sample_timeline_ms(const struct sample_timeline *timeline, char mark);

/* sample_timeline_print - a line for each of `num_devices` devices, at least 1. A column
 * shows what took most of its time on that device, and a dot where nothing ran. `legend`
 * says what the marks mean. OpenCL does not promise that the clocks of devices agree;
 * where they do not, lines are shifted against each other. */
void sample_timeline_print(const struct sample_timeline *timeline, cl_uint num_devices,
                           const char *title, const char *legend);

/* sample_timeline_clear - releases the events, and begins anew. */
void sample_timeline_clear(struct sample_timeline *timeline);

#endif
