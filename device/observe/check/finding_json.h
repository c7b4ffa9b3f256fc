/* SPDX-License-Identifier: MIT */
/* Findings as JSON, for the profile and the report. */
#ifndef VGPU_CHECK_FINDING_JSON_H
#define VGPU_CHECK_FINDING_JSON_H

#include <jansson.h>

/* vgpu_findings_json - a fresh array of what was found so far and, where the profile is
 * on, of launches that failed (see observe/failures.h): objects with "check", "kind",
 * "text", "advice", "count" and, where they are known, "kernel", "file", "line", "column"
 * (of the first side), "address", "buffer" and "sides" (each with "access", "kernel",
 * "file", "line", "column", "object", and "item", "local" and "group", arrays of three).
 * NULL: no memory. Any thread. */
json_t *vgpu_findings_json(void);

/* vgpu_checks_json - a fresh array of the names of the checks that are on. */
json_t *vgpu_checks_json(void);

#endif
