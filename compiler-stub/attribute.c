/* SPDX-License-Identifier: MIT */
/* A kernel's attributes: reqd_work_group_size and its like. */
#include "attribute.h"

#include <stdlib.h>
#include <string.h>

#include "expression.h"
#include "text.h"

static bool at_text(const struct vgpu_cursor *cursor, const char *text)
{
    return cursor->at < cursor->end && vgpu_token_is(cursor->at, text);
}

static bool fail(struct vgpu_cursor *cursor, const struct vgpu_token *name,
                 const char *what)
{
    vgpu_diagnose(cursor->diagnosis, name->line, "attribute '%.*s' %s", VGPU_QUOTE(name),
                  what);
    return false;
}

/* The end of the argument at the cursor: a ',' or the closing bracket. */
static const struct vgpu_token *argument_end(const struct vgpu_cursor *cursor)
{
    struct vgpu_cursor ahead = *cursor;

    while (ahead.at < ahead.end && !at_text(&ahead, ",") && !at_text(&ahead, ")")) {
        if (at_text(&ahead, "("))
            vgpu_skip_brackets(&ahead);
        else
            ahead.at++;
    }
    return ahead.at;
}

/* "(8, 8, 1)": three positive sizes. The cursor ends behind the brackets. */
static bool read_sizes(struct vgpu_cursor *cursor, const struct vgpu_token *name,
                       size_t sizes[3])
{
    if (!at_text(cursor, "("))
        return fail(cursor, name, "needs three sizes: (x, y, z)");
    for (int i = 0; i < 3; i++) {
        const struct vgpu_token *start = ++cursor->at;
        int64_t value;
        if (start >= cursor->end)
            return fail(cursor, name, "needs three sizes: (x, y, z)");
        cursor->at = argument_end(cursor);
        if (!at_text(cursor, i < 2 ? "," : ")"))
            return fail(cursor, name, "needs three sizes: (x, y, z)");
        if (!vgpu_expression_evaluate(start, (size_t)(cursor->at - start), name->line,
                                      false, cursor->diagnosis, &value))
            return false;
        if (value <= 0 || value > UINT32_MAX)
            return fail(cursor, name, "needs sizes from 1 to 4294967295");
        sizes[i] = (size_t)value;
    }
    cursor->at++;
    return true;
}

static void add_number(struct vgpu_text *text, size_t number)
{
    char digits[24];
    char *at = digits + sizeof digits - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    vgpu_text_add(text, at);
}

static void add_sizes(struct vgpu_text *text, const size_t sizes[3])
{
    for (int i = 0; i < 3; i++) {
        vgpu_text_add(text, i == 0 ? "(" : ",");
        add_number(text, sizes[i]);
    }
    vgpu_text_add(text, ")");
}

/* Blanks only where two words would run together. */
static void add_tokens(struct vgpu_text *text, const struct vgpu_token *from,
                       const struct vgpu_token *to)
{
    for (const struct vgpu_token *at = from; at < to; at++) {
        if (at > from && at->kind != VGPU_TOKEN_PUNCTUATOR &&
            at[-1].kind != VGPU_TOKEN_PUNCTUATOR)
            vgpu_text_add(text, " ");
        vgpu_text_append(text, at->text, at->length);
    }
}

static bool is_named(const struct vgpu_token *token, const char *name)
{
    const size_t length = strlen(name);
    if (token->length == length + 4 && memcmp(token->text, "__", 2) == 0 &&
        memcmp(token->text + 2 + length, "__", 2) == 0)
        return memcmp(token->text + 2, name, length) == 0;
    return vgpu_token_is(token, name);
}

/* One of the list: a name, perhaps with arguments. */
static bool read_attribute(struct vgpu_cursor *cursor,
                           struct vgpu_declaration *declaration, struct vgpu_text *text)
{
    const struct {
        const char *name;
        size_t *sizes;
    } sized[] = {
        {"reqd_work_group_size", declaration->required_local_size},
        {"work_group_size_hint", declaration->hinted_local_size},
    };
    const struct vgpu_token *name = cursor->at++;

    if (text->length)
        vgpu_text_add(text, " ");
    for (size_t i = 0; i < sizeof sized / sizeof *sized; i++) {
        if (is_named(name, sized[i].name)) {
            if (!read_sizes(cursor, name, sized[i].sizes))
                return false;
            vgpu_text_add(text, sized[i].name);
            add_sizes(text, sized[i].sizes);
            return true;
        }
    }
    if (at_text(cursor, "(") && !vgpu_skip_brackets(cursor))
        return fail(cursor, name, "lacks its ')'");
    add_tokens(text, name, cursor->at);
    return true;
}

bool vgpu_attributes_take(struct vgpu_cursor *cursor,
                          struct vgpu_declaration *declaration)
{
    const struct vgpu_token *word = cursor->at++;
    struct vgpu_text text = {0};
    bool ok;

    if (declaration->attributes)
        vgpu_text_add(&text, declaration->attributes);
    ok = cursor->end - cursor->at >= 4 && vgpu_token_is(cursor->at, "(") &&
         vgpu_token_is(cursor->at + 1, "(");
    if (!ok)
        fail(cursor, word, "is written __attribute__((name))");
    else
        cursor->at += 2;
    while (ok && !at_text(cursor, ")")) {
        if (cursor->at == cursor->end || cursor->at->kind != VGPU_TOKEN_IDENTIFIER)
            ok = fail(cursor, word, "has no list of names in its brackets");
        else
            ok = read_attribute(cursor, declaration, &text);
        if (ok && at_text(cursor, ","))
            cursor->at++;
    }
    if (ok && !(cursor->end - cursor->at >= 2 && vgpu_token_is(cursor->at + 1, ")")))
        ok = fail(cursor, word, "lacks its '))'");
    if (!ok) {
        free(text.bytes);
        return false;
    }
    cursor->at += 2;
    free(declaration->attributes);
    declaration->attributes = vgpu_text_take(&text);
    if (!declaration->attributes)
        vgpu_diagnose_no_memory(cursor->diagnosis);
    return declaration->attributes != NULL;
}
