/* SPDX-License-Identifier: MIT */
/* Reads the timeline that VGPU_TRACE wrote: trace events as Chrome has them. */
#ifndef VGPU_REPORT_TRACE_READER_H
#define VGPU_REPORT_TRACE_READER_H

#include "spans.h"

/* vgpu_trace_read - adds the events of a trace's text. One that was cut short, as by a
 * killed process, is read as far as it goes; what is no event is passed over. Returns the
 * number of events, or -EINVAL where the text is no trace. */
long vgpu_trace_read(struct vgpu_spans *spans, const char *text, size_t size);

#endif
