/* SPDX-License-Identifier: MIT */
/* The page: one HTML file with everything in it. */
#ifndef VGPU_REPORT_PAGE_H
#define VGPU_REPORT_PAGE_H

#include <jansson.h>
#include <stdio.h>

/* vgpu_report_page_write - the document as a page. Nothing in the document can leave the
 * element that it lies in, whatever names and sources are in it. Returns 0 or a negative
 * errno. */
int vgpu_report_page_write(FILE *out, const json_t *document);

#endif
