/* SPDX-License-Identifier: MIT */
/* The timeline of a report: the newest spans of each lane, bounded however long the
 * program ran, and totals over them. */
#ifndef VGPU_REPORT_SPANS_H
#define VGPU_REPORT_SPANS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many spans a page keeps: of commands, and of work-groups, which are many more. */
#define VGPU_SPANS_COMMANDS 10000u
#define VGPU_SPANS_GROUPS   10000u
#define VGPU_SPANS_ARROWS   20000u
#define VGPU_SPANS_LANES    1024u

enum vgpu_span_kind {
#define SPAN(name, letter, moves) VGPU_SPAN_##name,
#include "span_kind.def"
#undef SPAN
    VGPU_SPAN_KINDS
};

struct vgpu_span_kind_row {
    char word[8]; /* "read" */
    char letter[2];
    bool moves;
};
extern const struct vgpu_span_kind_row vgpu_span_kinds[VGPU_SPAN_KINDS];

/* vgpu_span_kind_of - of a command by its type's name, such as "read buffer" or
 * CL_COMMAND_READ_BUFFER; VGPU_SPAN_OTHER where there is none. */
enum vgpu_span_kind vgpu_span_kind_of(const char *type);

struct vgpu_span {
    uint64_t id; /* of the command, for arrows; 0: none */
    double start_us, duration_us;
    double waited_us; /* from enqueued to running; for its link */
    double bytes;
    const char *name; /* copied */
    enum vgpu_span_kind kind;
};

struct vgpu_spans;

/* vgpu_spans_create - an empty one, NULL where memory is short. One thread at a time.
 */
struct vgpu_spans *vgpu_spans_create(void);
void vgpu_spans_destroy(struct vgpu_spans *timeline);

/* vgpu_spans_lane - the lane that (process, thread) names, made where it is new.
 * Returns its number, or -1 where there are too many or memory is short. */
int vgpu_spans_lane(struct vgpu_spans *timeline, int64_t process, int64_t thread);

/* vgpu_spans_lane_describe - `kind`: "unit", "queue", "link" or "other"; NULL leaves what
 * is there. `device` belongs to units and links. */
void vgpu_spans_lane_describe(struct vgpu_spans *timeline, int lane, const char *name,
                              const char *kind, int device);

/* vgpu_spans_add - a span of a lane; the oldest of its kind makes room where there is
 * none. */
void vgpu_spans_add(struct vgpu_spans *timeline, int lane, const struct vgpu_span *span);

/* vgpu_spans_arrow - command `to` waited for command `from`. */
void vgpu_spans_arrow(struct vgpu_spans *timeline, uint64_t from, uint64_t to);

/* vgpu_spans_drop - so many older spans were not even added. */
void vgpu_spans_drop(struct vgpu_spans *timeline, uint64_t count);

/* vgpu_spans_json - as the page has it: {"dropped", "lanes": [{"name", "kind",
 * "device", "busy_us"}], "names", "spans": [[lane, start, duration, name, kind, bytes,
 * waited]], "arrows": [[span, span]], "totals": {...}, "transfers": [{"kind", "commands",
 * "bytes", "time_us"}], "kernels": {name: {"launches", "time_us"}}}; times in
 * microseconds. NULL where memory is short. */
json_t *vgpu_spans_json(struct vgpu_spans *timeline);

#endif
