/* SPDX-License-Identifier: MIT */
/* Which of the words that there are was probably meant by one that is none of them. */
#include "spelling.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define MOST_MISTAKES 2u

static size_t cut(size_t length)
{
    return length < VGPU_SPELLING_CHARS ? length : VGPU_SPELLING_CHARS;
}

static unsigned lesser(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static bool is_same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* The usual table, of which the last three rows are kept: `rows[i % 3][j]` is the
 * distance between i characters of a and j of b. */
unsigned vgpu_spelling_distance(const char *a, size_t length, const char *b)
{
    unsigned rows[3][VGPU_SPELLING_CHARS + 1];
    const size_t height = cut(length), width = strnlen(b, VGPU_SPELLING_CHARS);

    for (size_t j = 0; j <= width; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= height; i++) {
        unsigned *const row = rows[i % 3];
        const unsigned *const above = rows[(i + 2) % 3], *const before =
                                                             rows[(i + 1) % 3];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= width; j++) {
            row[j] = lesser(above[j - 1] + !is_same(a[i - 1], b[j - 1]),
                            lesser(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) &&
                is_same(a[i - 2], b[j - 1]))
                row[j] = lesser(row[j], before[j - 2] + 1);
        }
    }
    return rows[height % 3][width];
}

int vgpu_spelling_nearest(const char *text, size_t length, const char *const words[])
{
    unsigned least = MOST_MISTAKES + 1;
    int nearest = -1;

    if (length >= VGPU_SPELLING_CHARS)
        return -1;
    for (int i = 0; words[i]; i++) {
        const size_t whole = strlen(words[i]);
        const bool begins = length > whole && strncasecmp(text, words[i], whole) == 0;
        const unsigned distance =
            begins ? MOST_MISTAKES : vgpu_spelling_distance(text, length, words[i]);

        if (whole > 0 && distance < least && (begins || distance < whole)) {
            least = distance;
            nearest = i;
        }
    }
    return nearest;
}
