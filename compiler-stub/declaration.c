/* SPDX-License-Identifier: MIT */
/* Kernel declarations: finds them at the file scope of a source. */
#include "declaration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attribute.h"
#include "parameter.h"
#include "preprocess.h"

/* A source being read, one declaration at file scope after the other. */
struct reader {
    struct vgpu_preprocessor preprocessor;
    struct vgpu_diagnosis *diagnosis;
    struct vgpu_arena arena;
    struct vgpu_names typedefs; /* struct vgpu_type */
    struct vgpu_names kernels;  /* struct found */
    struct vgpu_tokens tokens;  /* of the declaration: without initialiser and bodies */
    bool has_body;
    struct vgpu_declaration *declarations;
    size_t count;
    size_t capacity;
};

/* Where a kernel was declared first. */
struct found {
    size_t index;
    const char *file; /* NULL: the source */
    uint32_t line;
    bool has_body;
};

static bool next(struct reader *reader, struct vgpu_token *token_out)
{
    if (!vgpu_preprocessor_next(&reader->preprocessor, token_out))
        return false;
    if (token_out->kind != VGPU_TOKEN_OTHER)
        return true;
    if (*token_out->text == '"' || *token_out->text == '\'')
        vgpu_diagnose(reader->diagnosis, token_out->line,
                      "a %c is missing at the end of %.*s", *token_out->text,
                      VGPU_QUOTE(token_out));
    else
        vgpu_diagnose(reader->diagnosis, token_out->line, "stray '%.*s' in the source",
                      VGPU_QUOTE(token_out));
    return false;
}

static bool skip_body(struct reader *reader, uint32_t line)
{
    struct vgpu_token token;
    size_t depth = 1;

    while (depth > 0 && next(reader, &token)) {
        depth += vgpu_token_is(&token, "{");
        depth -= vgpu_token_is(&token, "}");
    }
    if (depth > 0)
        vgpu_diagnose(reader->diagnosis, line, "this '{' has no '}'");
    return depth == 0;
}

static bool is_tag(const struct vgpu_token *token)
{
    return vgpu_token_is(token, "struct") || vgpu_token_is(token, "union") ||
           vgpu_token_is(token, "enum");
}

/* Whether a '{' after the tokens read so far begins the members of a struct, union or
 * enum. */
static bool members_follow(const struct reader *reader)
{
    struct vgpu_cursor cursor = {.end = reader->tokens.items + reader->tokens.count};

    cursor.at = cursor.end;
    while (cursor.at > reader->tokens.items) {
        if (is_tag(--cursor.at)) {
            cursor.at++;
            vgpu_skip_attributes(&cursor);
            if (cursor.at < cursor.end && cursor.at->kind == VGPU_TOKEN_IDENTIFIER)
                cursor.at++;
            vgpu_skip_attributes(&cursor);
            return cursor.at == cursor.end;
        }
    }
    return false;
}

static void keep(struct reader *reader, const struct vgpu_token *token)
{
    vgpu_tokens_append(&reader->tokens, token, reader->diagnosis);
}

static void keep_empty_members(struct reader *reader, struct vgpu_token brace)
{
    keep(reader, &brace);
    brace.text = "}";
    keep(reader, &brace);
}

static bool unmatched(struct reader *reader, const struct vgpu_token *token)
{
    vgpu_diagnose(reader->diagnosis, token->line, "'%.*s' closes no bracket",
                  VGPU_QUOTE(token));
    return false;
}

/* Reads the next declaration; false at the end of the source or after a fault. */
static bool collect(struct reader *reader)
{
    struct vgpu_token token;
    bool in_initialiser = false;
    size_t depth = 0;

    reader->tokens.count = 0;
    reader->has_body = false;
    while (next(reader, &token)) {
        const bool opens = vgpu_token_is(&token, "(") || vgpu_token_is(&token, "[");
        const bool closes = vgpu_token_is(&token, ")") || vgpu_token_is(&token, "]");
        if ((closes && depth == 0) || vgpu_token_is(&token, "}"))
            return unmatched(reader, &token);
        if (depth == 0 && vgpu_token_is(&token, ";"))
            return true;
        depth += opens;
        depth -= closes;
        in_initialiser = in_initialiser || (depth == 0 && vgpu_token_is(&token, "="));
        if (vgpu_token_is(&token, "{")) {
            const bool is_members = !in_initialiser && members_follow(reader);
            if (!skip_body(reader, token.line))
                return false;
            if (is_members)
                keep_empty_members(reader, token);
            reader->has_body = !is_members && !in_initialiser && depth == 0;
            if (reader->has_body)
                return true;
        } else if (!in_initialiser) {
            keep(reader, &token);
        }
    }
    return !reader->diagnosis->status && reader->tokens.count > 0;
}

/* Typedefs */

/* Arrays and vectors made by attributes stay names that nothing explains. */
static bool is_readable_typedef(const struct reader *reader)
{
    static const char *const beyond[] = {"[", "ext_vector_type", "__ext_vector_type__",
                                         "vector_size", "__vector_size__"};
    for (size_t i = 0; i < reader->tokens.count; i++) {
        for (size_t j = 0; j < sizeof beyond / sizeof *beyond; j++) {
            if (vgpu_token_is(&reader->tokens.items[i], beyond[j]))
                return false;
        }
    }
    return true;
}

static void read_typedef(struct reader *reader, const struct vgpu_token *start)
{
    struct vgpu_diagnosis ignored = {0};
    struct vgpu_cursor cursor = {.at = start,
                                 .end = reader->tokens.items + reader->tokens.count,
                                 .diagnosis = &ignored,
                                 .typedefs = &reader->typedefs,
                                 .subject = "typedef"};
    const struct vgpu_token *name;
    struct vgpu_type *type;

    if (!is_readable_typedef(reader))
        return;
    type = vgpu_arena_alloc(&reader->arena, sizeof *type);
    if (!type)
        return;
    if (vgpu_type_read(&cursor, type, &name) && name &&
        (cursor.at == cursor.end || vgpu_token_is(cursor.at, ",")) &&
        !(type->is_nameless && type->depth > 0)) {
        if (type->is_nameless && type->kind == VGPU_TYPE_STRUCT) {
            type->same_as = name->text;
            type->same_as_length = name->length;
            type->same_as_prefix = "";
        }
        type->is_nameless = false;
        vgpu_names_set(&reader->typedefs, &reader->arena, name->text, name->length, type);
    }
    vgpu_diagnosis_finish(&ignored, NULL);
}

/* Kernels */

static bool is_kernel_word(const struct vgpu_token *token)
{
    return vgpu_token_is(token, "__kernel") || vgpu_token_is(token, "kernel");
}

/* The word __kernel outside brackets, or NULL. */
static const struct vgpu_token *find_kernel_word(const struct reader *reader)
{
    struct vgpu_cursor cursor = {.at = reader->tokens.items,
                                 .end = reader->tokens.items + reader->tokens.count};
    while (cursor.at < cursor.end) {
        if (is_kernel_word(cursor.at))
            return cursor.at;
        if (!vgpu_skip_brackets(&cursor))
            break;
    }
    return NULL;
}

/* Moves the attributes to the declaration and takes them and __kernel out of the tokens.
 */
static bool take_attributes(struct reader *reader, struct vgpu_declaration *declaration)
{
    struct vgpu_token *out = reader->tokens.items;
    struct vgpu_cursor cursor = {
        .at = out, .end = out + reader->tokens.count, .diagnosis = reader->diagnosis};
    while (cursor.at < cursor.end) {
        const struct vgpu_token *start = cursor.at;
        if (vgpu_token_is(start, "__attribute__") ||
            vgpu_token_is(start, "__attribute")) {
            if (!vgpu_attributes_take(&cursor, declaration))
                return false;
        } else if (is_kernel_word(start)) {
            cursor.at++;
        } else {
            vgpu_skip_brackets(&cursor);
            while (start < cursor.at)
                *out++ = *start++;
        }
    }
    reader->tokens.count = (size_t)(out - reader->tokens.items);
    return true;
}

/* The parameters' opening bracket: what closes at the end opens there. */
static const struct vgpu_token *find_parameters(const struct reader *reader)
{
    const struct vgpu_token *items = reader->tokens.items;
    size_t at = reader->tokens.count;
    size_t depth = 0;

    if (at < 4 || !vgpu_token_is(&items[at - 1], ")"))
        return NULL;
    while (at-- > 2) {
        depth += vgpu_token_is(&items[at], ")");
        depth -= vgpu_token_is(&items[at], "(");
        if (depth == 0)
            return &items[at];
    }
    return NULL;
}

static bool read_kernel(struct reader *reader, uint32_t line,
                        struct vgpu_declaration *declaration)
{
    const struct vgpu_token *open;
    const struct vgpu_token *name;
    struct vgpu_cursor cursor = {
        .diagnosis = reader->diagnosis, .typedefs = &reader->typedefs, .line = line};

    if (!take_attributes(reader, declaration))
        return false;
    open = find_parameters(reader);
    name = open ? open - 1 : NULL;
    if (!name || name->kind != VGPU_TOKEN_IDENTIFIER) {
        vgpu_diagnose(
            reader->diagnosis, line,
            "a kernel is declared as __kernel void name(parameters), then ';' or a body");
        return false;
    }
    if (!vgpu_token_is(name - 1, "void")) {
        vgpu_diagnose(reader->diagnosis, name->line,
                      "kernel '%.*s' must return void, not '%.*s'", VGPU_QUOTE(name),
                      VGPU_QUOTE(name - 1));
        return false;
    }
    declaration->name = strndup(name->text, name->length);
    if (!declaration->attributes)
        declaration->attributes = strdup("");
    if (!declaration->name || !declaration->attributes) {
        vgpu_diagnose_no_memory(reader->diagnosis);
        return false;
    }
    cursor.at = open + 1;
    cursor.end = reader->tokens.items + reader->tokens.count - 1;
    return vgpu_parameters_read(&cursor, declaration);
}

/* A kernel declared again: the same one, or a fault. Attributes may stand at either
 * place. */
static bool merge(struct reader *reader, struct found *found, uint32_t line,
                  struct vgpu_declaration *again)
{
    struct vgpu_declaration *first = &reader->declarations[found->index];

    if (found->has_body && reader->has_body) {
        vgpu_diagnose(reader->diagnosis, line,
                      "kernel '%.80s' is defined twice; first in line %u%s%.200s",
                      again->name, found->line, found->file ? " of " : "",
                      found->file ? found->file : "");
        return false;
    }
    if (!vgpu_declaration_matches(first, again)) {
        vgpu_diagnose(
            reader->diagnosis, line,
            "kernel '%.80s' has other parameters than its declaration in line %u%s%.200s",
            again->name, found->line, found->file ? " of " : "",
            found->file ? found->file : "");
        return false;
    }
    found->has_body = found->has_body || reader->has_body;
    /* The definition's names are the better ones. */
    if (reader->has_body) {
        struct vgpu_declaration old = *first;
        *first = *again;
        *again = old;
    }
    if (!*first->attributes) {
        char *empty = first->attributes;
        first->attributes = again->attributes;
        again->attributes = empty;
        memcpy(first->required_local_size, again->required_local_size,
               sizeof first->required_local_size);
        memcpy(first->hinted_local_size, again->hinted_local_size,
               sizeof first->hinted_local_size);
    }
    return true;
}

static bool add_kernel(struct reader *reader, uint32_t line,
                       struct vgpu_declaration *declaration)
{
    const size_t length = strlen(declaration->name);
    struct found *found = vgpu_names_get(&reader->kernels, declaration->name, length);
    char *name;

    declaration->is_definition = reader->has_body;
    if (found) {
        const bool ok = merge(reader, found, line, declaration);
        vgpu_declaration_fini(declaration);
        return ok;
    }
    if (reader->count == reader->capacity) {
        const size_t capacity = reader->capacity ? reader->capacity * 2 : 8;
        struct vgpu_declaration *grown =
            realloc(reader->declarations, capacity * sizeof *grown);
        if (!grown) {
            vgpu_diagnose_no_memory(reader->diagnosis);
            vgpu_declaration_fini(declaration);
            return false;
        }
        reader->declarations = grown;
        reader->capacity = capacity;
    }
    reader->declarations[reader->count++] = *declaration;
    found = vgpu_arena_alloc(&reader->arena, sizeof *found);
    name = vgpu_arena_alloc(&reader->arena, length);
    if (!found || !name)
        return false;
    *found = (struct found){reader->count - 1, reader->diagnosis->file, line,
                            reader->has_body};
    memcpy(name, declaration->name, length);
    return vgpu_names_set(&reader->kernels, &reader->arena, name, length, found);
}

static bool read_one(struct reader *reader)
{
    struct vgpu_cursor cursor = {.at = reader->tokens.items,
                                 .end = reader->tokens.items + reader->tokens.count};
    const struct vgpu_token *word = find_kernel_word(reader);
    struct vgpu_declaration declaration = {0};
    uint32_t line;

    vgpu_skip_attributes(&cursor);
    if (cursor.at < cursor.end && vgpu_token_is(cursor.at, "typedef")) {
        read_typedef(reader, cursor.at + 1);
        return true;
    }
    if (!word)
        return true;
    line = word->line;
    if (read_kernel(reader, line, &declaration))
        return add_kernel(reader, line, &declaration);
    vgpu_declaration_fini(&declaration);
    return false;
}

static void take_notes(struct reader *reader, char **notes_out)
{
    char *notes = vgpu_text_take(&reader->preprocessor.includes.notes);

    if (!notes)
        vgpu_diagnose_no_memory(reader->diagnosis);
    if (notes && reader->diagnosis->status != -ENOMEM)
        *notes_out = notes;
    else
        free(notes);
}

int vgpu_declarations_parse(const char *source, size_t length,
                            const struct vgpu_parse_options *options,
                            struct vgpu_declaration **declarations_out, size_t *count_out,
                            char **notes_out, char **error_out)
{
    static const struct vgpu_parse_options none;
    struct vgpu_diagnosis diagnosis = {0};
    struct reader *reader = calloc(1, sizeof *reader);

    if (!reader)
        return -ENOMEM;
    reader->diagnosis = &diagnosis;
    reader->arena.diagnosis = &diagnosis;
    vgpu_preprocessor_init(&reader->preprocessor, source, length,
                           options ? options : &none, &diagnosis);
    while (collect(reader) && read_one(reader))
        ;
    if (notes_out)
        take_notes(reader, notes_out);
    if (diagnosis.status) {
        vgpu_declarations_free(reader->declarations, reader->count);
    } else {
        *declarations_out = reader->declarations;
        *count_out = reader->count;
    }
    vgpu_tokens_fini(&reader->tokens);
    vgpu_arena_fini(&reader->arena);
    vgpu_preprocessor_fini(&reader->preprocessor);
    free(reader);
    return vgpu_diagnosis_finish(&diagnosis, error_out);
}
