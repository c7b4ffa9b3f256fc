/* SPDX-License-Identifier: MIT */
/* Figures that the lessons' tables predict, and what was counted. */
#ifndef LESSON_FIGURES_H
#define LESSON_FIGURES_H

#include <jansson.h>

/* A row of a table: "| kernel | line | figure | predicted |", without its backticks. */
struct lesson_row {
    const char *where; /* file and line of the text, for messages */
    const char *kernel;
    const char *line;      /* a piece of the source line; "all": the whole kernel */
    const char *figure;    /* a path of members, as "global_load.sectors" */
    const char *predicted; /* "32", "47/12", or "47/12 = 3.917"; or words */
};

/* figures_compare - looks the row's figure up in what VGPU_PROFILE or a report wrote, and
 * notes a failure where it is another one. The kernel "program" has the transfers:
 * "transfers.read.bytes". */
void figures_compare(const json_t *document, const struct lesson_row *row);

#endif
