/* SPDX-License-Identifier: MIT */
/* The words that types are made of, and the built-in types. */
#include "type_name.h"

#include <string.h>

/* Words that together name one type; each takes its own digit, so that sums tell them
 * apart. */
enum word {
    WORD_UNSIGNED = 0x1,
    WORD_SIGNED = 0x10,
    WORD_CHAR = 0x100,
    WORD_SHORT = 0x1000,
    WORD_INT = 0x10000,
    WORD_LONG = 0x100000
};

static const struct vgpu_keyword keywords[] = {
#define KEYWORD(text, role, value) {text, VGPU_ROLE_##role, value},
#include "keyword.def"
#undef KEYWORD
};

static const struct builtin {
    const char *name;
    const char *same_as;
    const char *reported;
    size_t size;
    bool has_vectors;
    bool is_opaque;
} builtins[] = {
#define SCALAR(name, same_as, reported, size) \
    {name, same_as, reported, size, true, false},
#define PLAIN(name, same_as, reported, size) \
    {name, same_as, reported, size, false, false},
#define OPAQUE(name) {name, name, name, 0, false, true},
#include "type.def"
#undef SCALAR
#undef PLAIN
#undef OPAQUE
};

/* Every vector's name, so that names of types are constants. */
static const struct vector {
    const char *name;
    const char *same_as;
    const char *reported;
    size_t size;
} vectors[] = {
#define SCALAR(name, same_as, reported, size)              \
    {name "2", same_as "2", reported "2", 2 * (size)},     \
        {name "3", same_as "3", reported "3", 4 * (size)}, \
        {name "4", same_as "4", reported "4", 4 * (size)}, \
        {name "8", same_as "8", reported "8", 8 * (size)}, \
        {name "16", same_as "16", reported "16", 16 * (size)},
#define PLAIN(name, same_as, reported, size)
#define OPAQUE(name)
#include "type.def"
#undef SCALAR
#undef PLAIN
#undef OPAQUE
};

const struct vgpu_keyword *vgpu_keyword_of(const struct vgpu_token *token)
{
    if (token->kind != VGPU_TOKEN_IDENTIFIER)
        return NULL;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        if (vgpu_token_is(token, keywords[i].text))
            return &keywords[i];
    }
    return NULL;
}

void vgpu_type_set_names(struct vgpu_type *type, const char *name, const char *same_as,
                         size_t size)
{
    type->name = name;
    type->name_length = strlen(name);
    type->same_as = same_as;
    type->same_as_length = strlen(same_as);
    type->size = size;
}

bool vgpu_type_set_builtin(struct vgpu_type *type, const struct vgpu_token *name)
{
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
        if (vgpu_token_is(name, builtins[i].name)) {
            vgpu_type_set_names(type, builtins[i].reported, builtins[i].same_as,
                                builtins[i].size);
            type->kind = builtins[i].is_opaque ? VGPU_TYPE_OPAQUE : VGPU_TYPE_BUILTIN;
            type->is_void = vgpu_token_is(name, "void");
            return true;
        }
    }
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        if (vgpu_token_is(name, vectors[i].name)) {
            vgpu_type_set_names(type, vectors[i].reported, vectors[i].same_as,
                                vectors[i].size);
            type->kind = VGPU_TYPE_BUILTIN;
            return true;
        }
    }
    return false;
}

bool vgpu_type_set_words(struct vgpu_type *type, int words)
{
    static const struct {
        int words;
        const char *name;
        size_t size;
    } rows[] = {
        {WORD_CHAR, "char", 1},
        {WORD_SHORT, "short", 2},
        {WORD_INT, "int", 4},
        {WORD_LONG, "long", 8},
    };
    static const char *const unsigned_names[] = {"uchar", "ushort", "uint", "ulong"};
    const bool is_unsigned = words & WORD_UNSIGNED;
    int base = words & ~(WORD_UNSIGNED | WORD_SIGNED);

    if (base == WORD_SHORT + WORD_INT || base == WORD_LONG + WORD_INT)
        base -= WORD_INT;
    if (base == 2 * WORD_LONG || base == 2 * WORD_LONG + WORD_INT)
        base = WORD_LONG;
    if (base == 0)
        base = WORD_INT;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].words == base && !(is_unsigned && (words & WORD_SIGNED))) {
            const char *name = is_unsigned ? unsigned_names[i] : rows[i].name;
            vgpu_type_set_names(type, name, name, rows[i].size);
            type->kind = VGPU_TYPE_BUILTIN;
            return true;
        }
    }
    return false;
}
