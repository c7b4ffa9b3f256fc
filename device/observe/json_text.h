/* SPDX-License-Identifier: MIT */
/* Text of programs as JSON: names, sources and findings need not be UTF-8. */
#ifndef VGPU_OBSERVE_JSON_TEXT_H
#define VGPU_OBSERVE_JSON_TEXT_H

#include <jansson.h>
#include <stddef.h>

/* vgpu_json_text_of - a string of the text; where it is no UTF-8, all but ASCII becomes
 * '?'. NULL: no memory. vgpu_json_string_of - the same up to the closing 0; of NULL: "".
 */
json_t *vgpu_json_text_of(const char *text, size_t size);
json_t *vgpu_json_string_of(const char *text);

#endif
