/* SPDX-License-Identifier: MIT */
/* A text that somebody wrote about devices: pieces of it, and how it is refused. */
#include "profile/text.h"

#include "plain_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_TEXT  64 /* characters of a long text that a message shows */
#define SHOWN_WHAT  768
#define QUOTED_TEXT 35 /* bytes of a piece */
#define MOST_OF_ONE 4  /* bytes of a character */

/* Bytes of the next character; what is no UTF-8 counts as one each. */
static size_t character_at(const char *text)
{
    const size_t size = vgpu_text_character_size(text);

    return size > 0 ? size : 1;
}

static size_t count_characters(const char *text, size_t bytes)
{
    size_t count = 0;

    for (size_t i = 0; i < bytes; i += character_at(text + i))
        count++;
    return count;
}

/* Appends a character, or a ? for one that cannot be shown. Its size. */
static size_t show(const char *text, char *out, size_t *length)
{
    const size_t size = character_at(text);
    const unsigned char first = (unsigned char)*text;
    const bool is_visible = first >= ' ' && first != 127 && (size > 1 || first < 128);

    memcpy(out + *length, is_visible ? text : "?", is_visible ? size : 1);
    *length += is_visible ? size : 1;
    return size;
}

/* Where a message says that byte `at` is. Its line begins at *line_out; before it there
 * are as many characters as it returns. */
static size_t locate(const struct vgpu_text *text, size_t at, size_t *line_out,
                     char place[64])
{
    size_t line = 1, begin = 0, before;

    for (size_t i = 0; text->has_lines && i < at; i++)
        if (text->text[i] == '\n') {
            line++;
            begin = i + 1;
        }
    *line_out = begin;
    before = count_characters(text->text + begin, at - begin);
    if (text->has_lines)
        snprintf(place, 64, "line %zu, column %zu", line, before + 1);
    else
        snprintf(place, 64, "column %zu", before + 1);
    return before;
}

int vgpu_text_refuse(const struct vgpu_text *text, size_t at, const char *format, ...)
{
    char what[SHOWN_WHAT], place[64], shown[SHOWN_TEXT * MOST_OF_ONE + 1];
    size_t begin, caret, length = 0;
    bool is_cut;
    va_list values;

    va_start(values, format);
    vsnprintf(what, sizeof what, format, values);
    va_end(values);
    caret = locate(text, at, &begin, place);
    is_cut = caret > SHOWN_TEXT / 2;
    for (; caret > SHOWN_TEXT / 2; caret--)
        begin += character_at(text->text + begin);
    for (size_t i = 0; i < SHOWN_TEXT && text->text[begin]; i++) {
        if (text->has_lines && text->text[begin] == '\n')
            break;
        begin += show(text->text + begin, shown, &length);
    }
    shown[length] = '\0';
    snprintf(
        text->error, text->error_size, "%s, %s: %s\n    %s%s\n    %*s^%s%s", text->source,
        place, what, is_cut ? "..." : "", shown, (int)(caret + (is_cut ? 3 : 0)), "",
        text->example ? "\n    for example: " : "", text->example ? text->example : "");
    return -EINVAL;
}

const char *vgpu_text_quote(const struct vgpu_text *text, struct vgpu_span piece,
                            char out[VGPU_QUOTE_CHARS])
{
    size_t at = piece.first, length = 0;

    while (at < piece.last && length + MOST_OF_ONE <= QUOTED_TEXT)
        at += show(text->text + at, out, &length);
    strcpy(out + length, at < piece.last ? "..." : "");
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
