/* SPDX-License-Identifier: MIT */
/* Text of programs as JSON. */
#include "observe/json_text.h"

#include <stdlib.h>
#include <string.h>

json_t *vgpu_json_text_of(const char *text, size_t size)
{
    json_t *json = json_stringn(text, size);
    char *plain;

    if (json)
        return json;
    plain = malloc(size + 1);
    if (!plain)
        return NULL;
    for (size_t i = 0; i < size; i++)
        plain[i] = (char)((unsigned char)text[i] < 0x80 ? text[i] : '?');
    json = json_stringn(plain, size);
    free(plain);
    return json;
}

json_t *vgpu_json_string_of(const char *text)
{
    return vgpu_json_text_of(text ? text : "", text ? strlen(text) : 0);
}
