/* SPDX-License-Identifier: MIT */
/* Texts that records speak of by number. */
#ifndef VGPU_OBSERVE_TRACE_NAME_H
#define VGPU_OBSERVE_TRACE_NAME_H

#include "observe/trace.h"

/* vgpu_trace_name_text - as it was given, cleaned for one line and cut to 255 bytes; NULL
 * for 0. Lives as long as the process. */
const char *vgpu_trace_name_text(uint32_t name);

#endif
