/* SPDX-License-Identifier: MIT */
/* Types: reads one from tokens. */
#include "type.h"

#include <string.h>

#include "text.h"
#include "type_name.h"

static bool fail(struct vgpu_cursor *cursor, const char *what)
{
    vgpu_diagnose(cursor->diagnosis, cursor->line, "%s: %s", cursor->subject, what);
    return false;
}

static bool at_text(const struct vgpu_cursor *cursor, const char *text)
{
    return cursor->at < cursor->end && vgpu_token_is(cursor->at, text);
}

bool vgpu_skip_brackets(struct vgpu_cursor *cursor)
{
    size_t depth = 0;

    for (; cursor->at < cursor->end; cursor->at++) {
        depth += at_text(cursor, "(") || at_text(cursor, "[") || at_text(cursor, "{");
        depth -= at_text(cursor, ")") || at_text(cursor, "]") || at_text(cursor, "}");
        if (depth == 0) {
            cursor->at++;
            return true;
        }
    }
    return false;
}

void vgpu_skip_attributes(struct vgpu_cursor *cursor)
{
    while (at_text(cursor, "__attribute__") || at_text(cursor, "__attribute") ||
           at_text(cursor, "_Pragma") || at_text(cursor, "__extension__")) {
        const bool has_brackets = !at_text(cursor, "__extension__");
        cursor->at++;
        if (has_brackets && at_text(cursor, "("))
            vgpu_skip_brackets(cursor);
    }
}

/* What specifiers say before they are put together. */
struct specifiers {
    struct vgpu_level level;
    int words;
    bool has_type;
    bool is_pipe;
};

static bool set_space(struct vgpu_cursor *cursor, struct vgpu_level *level,
                      enum vgpu_address_space space)
{
    if (level->has_space && level->space != space)
        return fail(cursor, "it has two address spaces");
    level->has_space = true;
    level->space = space;
    return true;
}

static void read_tag(struct vgpu_cursor *cursor, struct vgpu_type *type, bool is_enum)
{
    const struct vgpu_token *tag = cursor->at++;

    vgpu_skip_attributes(cursor);
    type->kind = is_enum ? VGPU_TYPE_BUILTIN : VGPU_TYPE_STRUCT;
    type->is_nameless = true;
    type->prefix = vgpu_token_is(tag, "struct") ? "struct "
                   : is_enum                    ? "enum "
                                                : "union ";
    type->name = type->same_as = "";
    if (cursor->at < cursor->end && cursor->at->kind == VGPU_TOKEN_IDENTIFIER) {
        type->name = type->same_as = cursor->at->text;
        type->name_length = type->same_as_length = cursor->at->length;
        type->is_nameless = false;
        cursor->at++;
    }
    type->same_as_prefix = type->prefix;
    if (is_enum) {
        type->size = 4;
        type->same_as = "int";
        type->same_as_length = 3;
        type->same_as_prefix = "";
    }
    if (at_text(cursor, "{"))
        vgpu_skip_brackets(cursor);
}

static void read_named_type(struct vgpu_cursor *cursor, struct vgpu_type *type)
{
    const struct vgpu_token *name = cursor->at++;
    const struct vgpu_type *known = NULL;

    if (cursor->typedefs)
        known = vgpu_names_get(cursor->typedefs, name->text, name->length);
    if (known)
        *type = *known;
    else if (vgpu_type_set_builtin(type, name))
        return;
    /* A pointer's typedef is reported as what it stands for: its name hides the '*'. */
    if (known && known->depth > 0)
        return;
    type->name = name->text;
    type->name_length = name->length;
    type->prefix = "";
    if (!known) {
        type->same_as = name->text;
        type->same_as_length = name->length;
        type->kind = VGPU_TYPE_UNKNOWN;
    }
}

/* One word of the specifiers; *done_out where the cursor stands behind them. */
static bool read_specifier(struct vgpu_cursor *cursor, struct specifiers *specifiers,
                           struct vgpu_type *type, bool *done_out)
{
    const struct vgpu_keyword *keyword = vgpu_keyword_of(cursor->at);
    const enum vgpu_role role = keyword ? keyword->role : VGPU_ROLE_NONE;

    if (role == VGPU_ROLE_WORD) {
        if (specifiers->has_type || specifiers->words > 0xfffffff)
            return fail(cursor, "it has two types");
        specifiers->words += keyword->value;
    } else if (role == VGPU_ROLE_SPACE) {
        if (!set_space(cursor, &specifiers->level,
                       (enum vgpu_address_space)keyword->value))
            return false;
    } else if (role == VGPU_ROLE_QUALIFIER) {
        specifiers->level.qualifiers |= (unsigned)keyword->value;
    } else if (role == VGPU_ROLE_PIPE) {
        specifiers->is_pipe = true;
    } else if (role == VGPU_ROLE_TAG) {
        if (specifiers->has_type || specifiers->words)
            return fail(cursor, "it has two types");
        read_tag(cursor, type, keyword->value);
        specifiers->has_type = true;
        return true;
    } else if (role == VGPU_ROLE_NONE) {
        *done_out = cursor->at->kind != VGPU_TOKEN_IDENTIFIER || specifiers->has_type ||
                    specifiers->words;
        if (!*done_out)
            read_named_type(cursor, type);
        specifiers->has_type = true;
        return true;
    }
    cursor->at++;
    return true;
}

static bool read_specifiers(struct vgpu_cursor *cursor, struct vgpu_type *type)
{
    struct specifiers specifiers = {0};
    struct vgpu_level *level;
    bool done = false;

    vgpu_skip_attributes(cursor);
    while (cursor->at < cursor->end && !done) {
        if (!read_specifier(cursor, &specifiers, type, &done))
            return false;
        vgpu_skip_attributes(cursor);
    }
    if (specifiers.words && !vgpu_type_set_words(type, specifiers.words))
        return fail(cursor, "its words (unsigned, long, ...) make no type together");
    if (!type->name)
        return fail(cursor, "it has no type");
    if (specifiers.is_pipe) {
        vgpu_type_set_names(type, "pipe", "pipe", 0);
        type->kind = VGPU_TYPE_OPAQUE;
        type->prefix = type->same_as_prefix = "";
    }
    level = &type->levels[type->depth];
    level->qualifiers |= specifiers.level.qualifiers;
    return !specifiers.level.has_space ||
           set_space(cursor, level, specifiers.level.space);
}

static bool add_pointer(struct vgpu_cursor *cursor, struct vgpu_type *type)
{
    if (type->depth == VGPU_POINTER_DEPTH)
        return fail(cursor, "it has too many pointers");
    type->depth++;
    return true;
}

/* "*const __global *restrict" */
static bool read_pointers(struct vgpu_cursor *cursor, struct vgpu_type *type)
{
    for (;;) {
        const struct vgpu_keyword *keyword;
        vgpu_skip_attributes(cursor);
        if (cursor->at == cursor->end)
            return true;
        keyword = vgpu_keyword_of(cursor->at);
        if (vgpu_token_is(cursor->at, "*")) {
            if (!add_pointer(cursor, type))
                return false;
        } else if (keyword && keyword->role == VGPU_ROLE_QUALIFIER) {
            type->levels[type->depth].qualifiers |= (unsigned)keyword->value;
        } else if (keyword && keyword->role == VGPU_ROLE_SPACE) {
            if (!set_space(cursor, &type->levels[type->depth],
                           (enum vgpu_address_space)keyword->value))
                return false;
        } else {
            return true;
        }
        cursor->at++;
    }
}

/* "[4][8]": the first is the pointer that the parameter becomes, unless one is there
 * already. */
static bool read_dimensions(struct vgpu_cursor *cursor, struct vgpu_type *type,
                            bool is_pointer_to_array)
{
    if (!at_text(cursor, "["))
        return true;
    if (type->dimensions)
        return fail(cursor, "arrays of a typedef's arrays are not read");
    if (!is_pointer_to_array) {
        if (!vgpu_skip_brackets(cursor))
            return fail(cursor, "a ']' is missing");
        if (!add_pointer(cursor, type))
            return false;
    }
    type->dimensions = at_text(cursor, "[") ? cursor->at : NULL;
    while (at_text(cursor, "[")) {
        if (!vgpu_skip_brackets(cursor))
            return fail(cursor, "a ']' is missing");
    }
    type->num_dimension_tokens =
        type->dimensions ? (size_t)(cursor->at - type->dimensions) : 0;
    return true;
}

static void read_name(struct vgpu_cursor *cursor, const struct vgpu_token **name_out)
{
    *name_out = NULL;
    if (cursor->at < cursor->end && cursor->at->kind == VGPU_TOKEN_IDENTIFIER)
        *name_out = cursor->at++;
}

bool vgpu_type_read(struct vgpu_cursor *cursor, struct vgpu_type *type_out,
                    const struct vgpu_token **name_out)
{
    bool is_pointer_to_array = false;

    *type_out = (struct vgpu_type){.prefix = "", .same_as_prefix = ""};
    if (!read_specifiers(cursor, type_out) || !read_pointers(cursor, type_out))
        return false;
    if (at_text(cursor, "(")) {
        const unsigned depth = type_out->depth;
        cursor->at++;
        if (!read_pointers(cursor, type_out))
            return false;
        is_pointer_to_array = type_out->depth == depth + 1;
        read_name(cursor, name_out);
        if (!at_text(cursor, ")"))
            return fail(cursor, "this kind of declaration is not read");
        cursor->at++;
        is_pointer_to_array = is_pointer_to_array && at_text(cursor, "[");
    } else {
        read_name(cursor, name_out);
    }
    if (at_text(cursor, "("))
        return fail(cursor, "a function cannot be passed to a kernel");
    if (!read_dimensions(cursor, type_out, is_pointer_to_array))
        return false;
    vgpu_skip_attributes(cursor);
    return true;
}

char *vgpu_type_print(const struct vgpu_type *type, bool resolved)
{
    struct vgpu_text text = {0};
    const unsigned plain = type->dimensions ? type->depth - 1 : type->depth;

    vgpu_text_add(&text, resolved ? type->same_as_prefix : type->prefix);
    if (resolved)
        vgpu_text_append(&text, type->same_as, type->same_as_length);
    else
        vgpu_text_append(&text, type->name, type->name_length);
    for (unsigned i = 0; i < plain; i++)
        vgpu_text_add(&text, "*");
    if (type->dimensions)
        vgpu_text_add(&text, "(*)");
    for (size_t i = 0; i < type->num_dimension_tokens; i++)
        vgpu_text_append(&text, type->dimensions[i].text, type->dimensions[i].length);
    return vgpu_text_take(&text);
}
