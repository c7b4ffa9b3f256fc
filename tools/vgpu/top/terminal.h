/* SPDX-License-Identifier: MIT */
/* The terminal as a place for a picture that changes: its size, keys, and its return to
 * what it was, however the program ends. */
#ifndef VGPU_TOP_TERMINAL_H
#define VGPU_TOP_TERMINAL_H

#include <stdbool.h>

struct top_size {
    int columns, lines;
};

/* What top_terminal_wait came back for, where it is no character. */
#define TOP_KEY_NONE   0 /* the time is over */
#define TOP_KEY_REDRAW 1 /* the terminal has another size, or shows something else */
#define TOP_KEY_END    2 /* a signal says so, or stdin has ended */
#define TOP_KEY_UP     3
#define TOP_KEY_DOWN   4

/* top_terminal_can - stdin and stdout are one that can be drawn on. */
bool top_terminal_can(void);

/* top_terminal_wants_colour - stdout is one, and NO_COLOR is not set. */
bool top_terminal_wants_colour(void);

/* top_terminal_size - 80 x 24 where nobody knows. */
struct top_size top_terminal_size(void);

/* top_terminal_enter - a page of its own, keys without a line's end. */
void top_terminal_enter(void);
void top_terminal_leave(void);

/* top_terminal_wait - the next key, or TOP_KEY_NONE after so many milliseconds. */
int top_terminal_wait(int milliseconds);

#endif
