/* SPDX-License-Identifier: MIT */
/* The report as text for a terminal. */
#ifndef VGPU_REPORT_SUMMARY_H
#define VGPU_REPORT_SUMMARY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* vgpu_report_summary - kernels, advice, findings and transfers, in lines of less than 80
 * columns. `colour`: with escape sequences; nothing is told by colour alone. What
 * programs name cannot put control characters on the terminal. */
void vgpu_report_summary(FILE *out, const json_t *document, bool colour);

#endif
