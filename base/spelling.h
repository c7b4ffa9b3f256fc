/* SPDX-License-Identifier: MIT */
/* Which of the words that there are was probably meant by one that is none of them. */
#ifndef VGPU_BASE_SPELLING_H
#define VGPU_BASE_SPELLING_H

#include <stddef.h>

#define VGPU_SPELLING_CHARS 64u /* of a word that is compared; longer ones are cut */

/* vgpu_spelling_distance - how many characters have to be changed, put in, taken out, or
 * swapped with the next, to make the one of the other, case apart. `a` has `length`
 * bytes, `b` ends with 0. */
unsigned vgpu_spelling_distance(const char *a, size_t length, const char *b);

/* vgpu_spelling_nearest - the index of the word that was probably meant: the nearest by
 * distance, if that is at most 2 and less than the word's length, or one that text begins
 * with. `words` ends with NULL. -1: none is near. */
int vgpu_spelling_nearest(const char *text, size_t length, const char *const words[]);

#endif
