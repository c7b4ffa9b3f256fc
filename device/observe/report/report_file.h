/* SPDX-License-Identifier: MIT */
/* Reports as files: reading what observers wrote, writing pages and documents. */
#ifndef VGPU_REPORT_FILE_H
#define VGPU_REPORT_FILE_H

#include <jansson.h>

/* Room for what is wrong: path, the system's reason, and what to do. */
#define VGPU_REPORT_MESSAGE 5000

/* Larger files are refused. */
#define VGPU_REPORT_MAX_BYTES (1ull << 30)

/* vgpu_report_read - a document that VGPU_REPORT=x.json wrote. NULL after a message. */
json_t *vgpu_report_read(const char *path, char message[VGPU_REPORT_MESSAGE]);

/* vgpu_report_gather - a document of what VGPU_PROFILE and VGPU_TRACE wrote; either may
 * be NULL. NULL after a message. */
json_t *vgpu_report_gather(const char *profile, const char *trace,
                           char message[VGPU_REPORT_MESSAGE]);

/* vgpu_report_check_path - whether a report can be written there, as far as that can be
 * known before. Leaves no file behind that was not there. Returns 0, or a negative errno
 * after a message. */
int vgpu_report_check_path(const char *path, char message[VGPU_REPORT_MESSAGE]);

/* vgpu_report_save - as the document itself where the path ends in ".json", else as a
 * page. The file is replaced as a whole, or, where that cannot be, written in place.
 * Returns 0, or a negative errno after a message. */
int vgpu_report_save(const char *path, const json_t *document,
                     char message[VGPU_REPORT_MESSAGE]);

#endif
