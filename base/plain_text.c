/* SPDX-License-Identifier: MIT */
/* Text from outside, made fit for a line on a terminal or for a JSON string. */
#include "plain_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool continues(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t vgpu_text_character_size(const char *bytes)
{
    const unsigned char *const text = (const unsigned char *)bytes;
    const unsigned char first = text[0];
    const size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    for (size_t i = 1; i < size; i++)
        if (!continues(text[i])) /* the closing 0 does not, so this ends in time */
            return 0;
    if ((first == 0xE0 && text[1] < 0xA0) || (first == 0xED && text[1] > 0x9F) ||
        (first == 0xF0 && text[1] < 0x90) || (first == 0xF4 && text[1] > 0x8F))
        return 0;
    return size;
}

static bool is_control(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7F;
}

size_t vgpu_text_clean(char *out, size_t capacity, const char *text)
{
    const unsigned char *at = (const unsigned char *)(text ? text : "");
    size_t length = 0;

    while (*at) {
        const size_t size = vgpu_text_character_size((const char *)at);
        const size_t step = size > 0 ? size : 1;

        if (step >= capacity - length)
            break;
        if (size > 1)
            memmove(out + length, at, size);
        else
            out[length] = size == 0 ? '?' : is_control(*at) ? ' ' : (char)*at;
        length += step;
        at += step;
    }
    out[length] = '\0';
    return length;
}

/* Writes the escaped form of one character; its length. */
static size_t escape(char piece[8], const unsigned char *at, size_t size)
{
    if (size == 0) {
        piece[0] = '?';
        return 1;
    }
    if (is_control(*at))
        return (size_t)snprintf(piece, 8, "\\u%04x", *at);
    if (*at == '"' || *at == '\\') {
        piece[0] = '\\';
        piece[1] = (char)*at;
        return 2;
    }
    memcpy(piece, at, size);
    return size;
}

size_t vgpu_json_escape(char *out, size_t capacity, const char *text)
{
    const unsigned char *at = (const unsigned char *)(text ? text : "");
    size_t length = 0;

    while (*at) {
        const size_t size = vgpu_text_character_size((const char *)at);
        char piece[8];
        const size_t escaped = escape(piece, at, size);

        if (escaped >= capacity - length)
            break;
        memcpy(out + length, piece, escaped);
        length += escaped;
        at += size > 0 ? size : 1;
    }
    out[length] = '\0';
    return length;
}
