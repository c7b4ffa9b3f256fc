/* SPDX-License-Identifier: MIT */
/* Types as clang writes them, and as declarations have them. */
#include "kernels.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* What stands between a type and what it is made of, and says nothing here. */
static const char *const silent_words[] = {"__global",  "__constant", "__local",
                                           "__generic", "__private",  "const",
                                           "volatile",  "restrict"};

static size_t word_length(const char *at)
{
    size_t length = 0;

    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    return length;
}

static bool is_silent(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof silent_words / sizeof *silent_words; i++) {
        if (strlen(silent_words[i]) == length &&
            memcmp(word, silent_words[i], length) == 0)
            return true;
    }
    return false;
}

/* "__attribute__((ext_vector_type(4)))" is the 4 of float4. Returns what follows, or NULL
 * where something else stands there. */
static const char *take_vector(const char *at, struct vgpu_text *text)
{
    static const char start[] = "__attribute__((ext_vector_type(";
    const char *digits;
    size_t length;

    if (strncmp(at, start, sizeof start - 1) != 0)
        return NULL;
    digits = at + sizeof start - 1;
    length = strspn(digits, "0123456789");
    if (strncmp(digits + length, ")))", 3) != 0)
        return NULL;
    vgpu_text_append(text, digits, length);
    return digits + length + 3;
}

/* A word, behind a blank where two words would run together. */
static const char *take_word(const char *at, struct vgpu_text *text)
{
    const size_t length = word_length(at);

    if (!is_silent(at, length)) {
        if (text->length && word_length(text->bytes + text->length - 1))
            vgpu_text_add(text, " ");
        vgpu_text_append(text, at, length);
    }
    return at + length;
}

/* "[4]*" behind a type is "(*)[4]". */
static char *move_dimensions(char *type)
{
    char *open = strchr(type, '[');
    char *star = open ? strrchr(open, ']') : NULL;
    struct vgpu_text text = {0};

    if (!star || *++star != '*')
        return type;
    vgpu_text_append(&text, type, (size_t)(open - type));
    vgpu_text_add(&text, "(");
    vgpu_text_add(&text, star);
    vgpu_text_add(&text, ")");
    vgpu_text_append(&text, open, (size_t)(star - open));
    free(type);
    return vgpu_text_take(&text);
}

char *vgpu_cc_type_normalise(const char *type)
{
    struct vgpu_text text = {0};
    char *result;

    while (*type) {
        const char *after_vector = take_vector(type, &text);

        if (after_vector)
            type = after_vector;
        else if (word_length(type))
            type = take_word(type, &text);
        else if (*type == ' ')
            type++;
        else
            vgpu_text_append(&text, type++, 1);
    }
    result = vgpu_text_take(&text);
    return result ? move_dimensions(result) : NULL;
}
