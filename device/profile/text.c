/* SPDX-License-Identifier: MIT */
/* A text that somebody wrote about devices: pieces of it, and how it is refused. */
#include "profile/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_TEXT  64 /* characters of a long text that a message shows */
#define SHOWN_WHAT  768
#define QUOTED_TEXT 32

static char visible(char c)
{
    return (char)((unsigned char)c < ' ' || c == 127 ? '?' : c);
}

/* Where a message says that byte `at` is. Its line begins at *line_out. */
static void locate(const struct vgpu_text *text, size_t at, size_t *line_out,
                   char place[64])
{
    size_t line = 1, begin = 0;

    for (size_t i = 0; text->has_lines && i < at; i++)
        if (text->text[i] == '\n') {
            line++;
            begin = i + 1;
        }
    *line_out = begin;
    if (text->has_lines)
        snprintf(place, 64, "line %zu, column %zu", line, at - begin + 1);
    else
        snprintf(place, 64, "column %zu", at + 1);
}

int vgpu_text_refuse(const struct vgpu_text *text, size_t at, const char *format, ...)
{
    char what[SHOWN_WHAT], place[64], shown[SHOWN_TEXT + 1];
    size_t line, begin, length = 0;
    bool is_cut;
    va_list values;

    va_start(values, format);
    vsnprintf(what, sizeof what, format, values);
    va_end(values);
    locate(text, at, &line, place);
    is_cut = at - line > SHOWN_TEXT / 2;
    begin = is_cut ? at - SHOWN_TEXT / 2 : line;
    for (; length < SHOWN_TEXT && text->text[begin + length]; length++) {
        if (text->has_lines && text->text[begin + length] == '\n')
            break;
        shown[length] = visible(text->text[begin + length]);
    }
    shown[length] = '\0';
    snprintf(
        text->error, text->error_size, "%s, %s: %s\n    %s%s\n    %*s^%s%s", text->source,
        place, what, is_cut ? "..." : "", shown, (int)(at - begin + (is_cut ? 3 : 0)), "",
        text->example ? "\n    for example: " : "", text->example ? text->example : "");
    return -EINVAL;
}

const char *vgpu_text_quote(const struct vgpu_text *text, struct vgpu_span piece,
                            char out[VGPU_QUOTE_CHARS])
{
    size_t length = piece.last - piece.first;
    const bool is_cut = length > QUOTED_TEXT;

    length = is_cut ? QUOTED_TEXT : length;
    for (size_t i = 0; i < length; i++)
        out[i] = visible(text->text[piece.first + i]);
    strcpy(out + length, is_cut ? "..." : "");
    return out;
}

struct vgpu_span vgpu_text_trim(const struct vgpu_text *text, struct vgpu_span piece)
{
    while (piece.first < piece.last && isspace((unsigned char)text->text[piece.first]))
        piece.first++;
    while (piece.first < piece.last && isspace((unsigned char)text->text[piece.last - 1]))
        piece.last--;
    return piece;
}
