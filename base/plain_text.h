/* SPDX-License-Identifier: MIT */
/* Text from outside, made fit for a line on a terminal or for a JSON string. */
#ifndef VGPU_BASE_PLAIN_TEXT_H
#define VGPU_BASE_PLAIN_TEXT_H

#include <stddef.h>

/* vgpu_text_character_size - bytes of the character that text, which ends with 0, begins
 * with; 0: it is no UTF-8, or a code point that no text has (surrogates, overlong forms,
 * above U+10FFFF). */
size_t vgpu_text_character_size(const char *text);

/* vgpu_text_clean - copies text (NULL: "") as valid UTF-8 of one line: control characters
 * become spaces, bytes that are no UTF-8 become '?'. Cut to fit `capacity` (at least 1)
 * with the closing 0, at a whole character. Its length. `out` may be `text`. */
size_t vgpu_text_clean(char *out, size_t capacity, const char *text);

/* vgpu_json_escape - the text as it stands between the quotes of a JSON string: the same,
 * but control characters are kept as escapes. Cut between two characters. Its length.
 * Room for 6 bytes for each of the text, and 1, is always enough. */
size_t vgpu_json_escape(char *out, size_t capacity, const char *text);

#endif
