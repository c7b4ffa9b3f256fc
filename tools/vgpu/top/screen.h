/* SPDX-License-Identifier: MIT */
/* Lines of text that end where the terminal does. */
#ifndef VGPU_TOP_SCREEN_H
#define VGPU_TOP_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

enum top_colour { TOP_PLAIN, TOP_BOLD, TOP_DIM, TOP_GREEN, TOP_YELLOW, TOP_RED };

/* Starts with the first five set, and the rest zero. */
struct top_screen {
    FILE *out;
    int width;      /* columns; 0: any number */
    int first;      /* lines that are scrolled away */
    int height;     /* lines that are written after these; 0: any number */
    bool colour;    /* colours, and clearing of each line's rest */
    int line;       /* begun so far */
    int column;     /* of the line */
    bool is_hidden; /* the line is scrolled away, or below the end */
};

/* top_put - appends to the line what fits into it: printable ASCII. */
void top_put(struct top_screen *screen, enum top_colour colour, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* top_line_start, top_line_end - around each line. */
void top_line_start(struct top_screen *screen);
void top_line_end(struct top_screen *screen);

/* top_put_bar - "[######    ]", so many columns with the brackets; `share` is 0 to 1. */
void top_put_bar(struct top_screen *screen, double share, int columns);

/* Numbers for people, in a buffer of TOP_NUMBER bytes, which is returned: 1234567 as
 * "1.23 M" and, of bytes, "1.18 MiB"; seconds as "12 s", "3:05" or "2:03:05", and, short
 * ones, "12.3 us". */
#define TOP_NUMBER 24
const char *top_number(char *buffer, double number);
const char *top_bytes(char *buffer, double bytes);
const char *top_time(char *buffer, double seconds);

#endif
