/* SPDX-License-Identifier: MIT */
/* Documents that tests of reports share. */
#ifndef VGPU_TEST_REPORT_EXAMPLE_H
#define VGPU_TEST_REPORT_EXAMPLE_H

#include "vgpu_test.h"

#include <jansson.h>

/* The document made of example.profile.json and example.trace.json. */
json_t *example_document(void);

/* The document made of a profile, which is given back. */
json_t *document_of(json_t *profile);

/* A profile of one kernel on a device of 4 units; `members` are of the kernel, and given
 * back. */
json_t *profile_of(json_t *members);

/* The page, and the terminal's text, of a document, which is given back; a fresh string.
 */
char *page_of(json_t *document);
char *summary_of(json_t *document, bool colour);

/* The JSON text that lies in a page, read again. */
json_t *data_of(const char *page);

/* A fresh path in the folder for temporary files. */
char *temporary_path(const char *end);

#endif
