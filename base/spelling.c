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

unsigned vgpu_spelling_distance(const char *a, size_t length, const char *b)
{
    unsigned row[VGPU_SPELLING_CHARS + 1];
    const size_t height = cut(length), width = strnlen(b, VGPU_SPELLING_CHARS);

    for (size_t j = 0; j <= width; j++)
        row[j] = (unsigned)j;
    for (size_t i = 0; i < height; i++) {
        const int letter = tolower((unsigned char)a[i]);
        unsigned diagonal = row[0];

        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < width; j++) {
            const unsigned replaced = diagonal + (letter != tolower((unsigned char)b[j]));

            diagonal = row[j + 1];
            row[j + 1] = lesser(replaced, lesser(diagonal, row[j]) + 1);
        }
    }
    return row[width];
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
            begins ? 1 : vgpu_spelling_distance(text, length, words[i]);

        if (whole > 0 && distance < least && (begins || distance < whole)) {
            least = distance;
            nearest = i;
        }
    }
    return nearest;
}
