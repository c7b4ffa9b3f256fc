/* SPDX-License-Identifier: MIT */
/* The timeline as lines of a JSON array that Perfetto and chrome://tracing read. */
#ifndef VGPU_OBSERVE_TRACE_JSON_H
#define VGPU_OBSERVE_TRACE_JSON_H

#include "observe/timeline.h"

/* Room for any of these lines. Each begins with ',' but the header, and ends with '\n'.
 */
#define VGPU_JSON_LINE 4096u

/* Times in the file are microseconds from `origin` on. Each gives the length of the line
 * (or lines, for an arrow and for a slice with parts: they belong together). */
size_t vgpu_json_header(char *out, const char *program, long pid);
size_t vgpu_json_lane(char *out, const struct vgpu_timeline_lane *lane);
size_t vgpu_json_slice(char *out, const struct vgpu_timeline_lane *lane,
                       const struct vgpu_timeline_slice *slice, uint64_t origin);
size_t vgpu_json_arrow(char *out, const struct vgpu_timeline_lane *from,
                       const struct vgpu_timeline_lane *to,
                       const struct vgpu_timeline_arrow *arrow, uint64_t id,
                       uint64_t origin);
size_t vgpu_json_losses(char *out, const struct vgpu_timeline_losses *losses,
                        uint64_t origin);

#endif
