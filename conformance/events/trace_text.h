/* SPDX-License-Identifier: MIT */
/* Reading traces, and what holds for each of them. */
#ifndef VGPU_EVENTS_TRACE_TEXT_H
#define VGPU_EVENTS_TRACE_TEXT_H

#include "vgpu_test.h"

#include <jansson.h>

/* A trace that a program of this binary wrote to a file of its own. */
struct traced {
    struct vgpu_test_process process;
    char path[128];
    json_t *events; /* NULL where it could not be read */
};

/* traced_run - runs the program (a test of the suite `program`) with that trace, and
 * `more` in its environment or NULL. Notes a failure where the trace is no JSON: of a
 * process that was killed, the closing bracket may be missing. */
struct traced traced_run(const char *program, const char *more);
void traced_fini(struct traced *traced);

/* trace_read - the same, of a file that is there. */
json_t *trace_read(const char *path);

/* trace_expect_sound - what holds for every trace: events are objects of known kinds,
 * times are no negative numbers, all lanes have names, slices of a lane lie in each other
 * or beside each other, and each arrow has two ends, each of which is on a slice. */
void trace_expect_sound(const json_t *events);

/* trace_find - the first event that has this phase ("X"), and whose name and category are
 * those (NULL: any), or NULL. trace_find_next - the next one behind it. */
const json_t *trace_find(const json_t *events, const char *phase, const char *category,
                         const char *name);
size_t trace_count(const json_t *events, const char *phase, const char *category,
                   const char *name);

/* trace_command - the slice of the command: "3 of queue 1". */
const json_t *trace_command(const json_t *events, const char *command);

/* trace_lane - the name of the lane that the event is on; "" where it has none. */
const char *trace_lane(const json_t *events, const json_t *event);

const char *trace_text(const json_t *event, const char *member);
double trace_number(const json_t *event, const char *member);
const json_t *trace_arg(const json_t *event, const char *name);

#endif
