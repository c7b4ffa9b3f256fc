/* SPDX-License-Identifier: MIT */
/* The file of VGPU_TRACE: opening it, and putting the timeline into it. Of one thread. */
#ifndef VGPU_OBSERVE_TRACE_FILE_H
#define VGPU_OBSERVE_TRACE_FILE_H

#include "observe/timeline.h"

struct vgpu_trace_file;

/* vgpu_trace_file_open - makes the file; "%p" in its name becomes the process' number. A
 * file that another process is writing its trace to is left alone: the name then gets
 * this process' number, which is said. NULL: it cannot be, which was said. Times in the
 * file count from `origin`. */
struct vgpu_trace_file *vgpu_trace_file_open(const char *name, size_t max_bytes,
                                             uint64_t origin);

/* What takes lanes, slices and arrows in; its context is the file. */
extern const struct vgpu_timeline_visitor vgpu_trace_file_visitor;

/* vgpu_trace_file_flush - brings the file up to date, what is under way included. False:
 * it cannot be written any more, which was said. */
bool vgpu_trace_file_flush(struct vgpu_trace_file *file, uint64_t lost);

/* vgpu_trace_file_close - says what is missing in it, if anything is. */
void vgpu_trace_file_close(struct vgpu_trace_file *file);

/* vgpu_trace_file_abandon - in a forked child: closes the descriptor. */
void vgpu_trace_file_abandon(struct vgpu_trace_file *file);

#endif
