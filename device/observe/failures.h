/* SPDX-License-Identifier: MIT */
/* Launches that failed in a kernel: for the profile and the report. */
#ifndef VGPU_OBSERVE_FAILURES_H
#define VGPU_OBSERVE_FAILURES_H

#include <jansson.h>

/* vgpu_failures_note - a launch of the kernel (NULL: nobody named it) ends with a status,
 * a negative errno, and with the text that the application's callback gets. Of those with
 * the same status, kernel and line, the first is kept, and how many there were. Any
 * thread; takes a lock. */
void vgpu_failures_note(const char *kernel, int status, const char *text);

/* vgpu_failures_tell - appends them to the findings (see finding_json.h), of which they
 * have "check", which is "fault", "kind", "text", "advice", "count", "kernel" and
 * "sides", of which there are none. */
void vgpu_failures_tell(json_t *findings);

#endif
