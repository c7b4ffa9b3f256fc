/* SPDX-License-Identifier: MIT */
/* A string that grows. */
#include "text.h"

#include <stdlib.h>
#include <string.h>

static bool reserve(struct vgpu_text *text, size_t more)
{
    size_t capacity = text->capacity ? text->capacity : 32;
    char *bytes;

    while (capacity <= text->length || capacity - text->length <= more)
        capacity *= 2;
    if (capacity == text->capacity)
        return true;
    bytes = realloc(text->bytes, capacity);
    if (!bytes)
        return false;
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void vgpu_text_append(struct vgpu_text *text, const char *bytes, size_t length)
{
    if (text->failed || !reserve(text, length)) {
        text->failed = true;
        return;
    }
    if (length)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void vgpu_text_add(struct vgpu_text *text, const char *string)
{
    vgpu_text_append(text, string, strlen(string));
}

char *vgpu_text_take(struct vgpu_text *text)
{
    char *bytes;

    vgpu_text_append(text, "", 0);
    bytes = text->bytes;
    if (text->failed) {
        free(bytes);
        bytes = NULL;
    }
    *text = (struct vgpu_text){0};
    return bytes;
}
