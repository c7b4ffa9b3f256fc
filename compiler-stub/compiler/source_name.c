/* SPDX-License-Identifier: MIT */
/* What the text of a program is called where a debugger shows it. */
#define _GNU_SOURCE
#include "source_name.h"

#include <stdio.h>
#include <string.h>

#define HASH_DIGITS  12
#define MOST_LETTERS 40
#define SUFFIX       ".cl"

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                              "0123456789";

static bool is_letter(char c)
{
    return c != '\0' && strchr(letters, c);
}

/* Behind the next `word` that is no part of a longer one, but for underscores before it;
 * NULL: there is none. */
static const char *behind_word(const char *from, const char *end, const char *word)
{
    const size_t length = strlen(word);
    const char *at = from;

    while ((at = memmem(at, (size_t)(end - at), word, length))) {
        const bool begins = at == from || at[-1] == '_' || !is_letter(at[-1]);

        at += length;
        if (begins && (at == end || !is_letter(*at)))
            return at;
    }
    return NULL;
}

/* The name behind the first `kernel ... void`. Comments and macros are not looked
 * through: a wrong name is one that says less. */
static size_t find_kernel(const char *text, size_t length, const char **name_out)
{
    const char *const end = text + length;
    const char *at = length > 0 ? behind_word(text, end, "kernel") : NULL;
    size_t size = 0;

    if (at)
        at = behind_word(at, end, "void");
    while (at && at < end && strchr(" \t\r\n", *at) && *at != '\0')
        at++;
    while (at && at + size < end && is_letter(at[size]))
        size++;
    *name_out = at;
    return size < MOST_LETTERS ? size : MOST_LETTERS;
}

void vgpu_source_name(const char *text, size_t length, struct vgpu_hash hash,
                      char name_out[VGPU_SOURCE_NAME_SIZE])
{
    char digits[VGPU_HASH_DIGITS + 1];
    const char *kernel;
    size_t size = find_kernel(text, length, &kernel);

    if (size == 0) {
        kernel = "program";
        size = strlen(kernel);
    }
    vgpu_hash_print(hash, digits);
    snprintf(name_out, VGPU_SOURCE_NAME_SIZE, "%.*s-%.*s" SUFFIX, (int)size, kernel,
             HASH_DIGITS, digits);
}

bool vgpu_is_source_name(const char *name)
{
    const size_t kernel = strspn(name, letters);
    const char *const digits = name + kernel + 1;

    return kernel > 0 && kernel <= MOST_LETTERS && name[kernel] == '-' &&
           strspn(digits, "0123456789abcdef") == HASH_DIGITS &&
           strcmp(digits + HASH_DIGITS, SUFFIX) == 0;
}
