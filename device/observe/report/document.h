/* SPDX-License-Identifier: MIT */
/* The document of a report: what the observers said, with words and advice put in. The
 * page, the terminal's summary and VGPU_REPORT=x.json all tell this one document. */
#ifndef VGPU_REPORT_DOCUMENT_H
#define VGPU_REPORT_DOCUMENT_H

#include "spans.h"

#include <jansson.h>

/* vgpu_report_document - the whole, as a fresh object. `profile` (of VGPU_PROFILE; also
 * may have "findings", "transfers" and "checks") and `timeline` may be NULL; both stay
 * the caller's, the timeline's names are told once. Where the profile has no transfers,
 * the timeline's are counted. NULL where memory is short. */
json_t *vgpu_report_document(const json_t *profile, struct vgpu_spans *timeline);

/* vgpu_report_is_document - the object is one that vgpu_report_document made. */
bool vgpu_report_is_document(const json_t *object);

#endif
