/* SPDX-License-Identifier: MIT */
/* A lesson's text, gone through as a learner does. */
#ifndef LESSON_TEXT_H
#define LESSON_TEXT_H

struct lesson_counts {
    unsigned commands; /* that were run */
    unsigned figures;  /* rows of tables that were compared */
    unsigned lines;    /* of output that were compared */
};

/* lesson_text_follow - reads docs/lessons/NAME. Commands stand in the text with an indent
 * of four and begin with build/bin/ or a variable; they are run, in a folder that has
 * such a build/, and have to end with status 0. Other indented lines are output: each has
 * to be in what the last command printed, "..." in a line of its own stands for any.
 * Rows of tables with the columns kernel, line, figure and predicted are compared with
 * the file that the last --profile=FILE, or --report=FILE.json, named. Fenced lines are
 * of the kernels that this file has the source of. */
struct lesson_counts lesson_text_follow(const char *name);

#endif
