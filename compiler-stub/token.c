/* SPDX-License-Identifier: MIT */
/* The tokens of OpenCL C: the lexer. */
#include "token.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes past ASCII belong to names, as in any UTF-8 source. */
static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r' || c == '\0';
}

static bool begins(const struct vgpu_lexer *lexer, const char *text)
{
    const size_t length = strlen(text);
    return (size_t)(lexer->end - lexer->at) >= length &&
           memcmp(lexer->at, text, length) == 0;
}

static void skip_line_comment(struct vgpu_lexer *lexer)
{
    const char *end = memchr(lexer->at, '\n', (size_t)(lexer->end - lexer->at));
    lexer->at = end ? end : lexer->end;
}

static void skip_block_comment(struct vgpu_lexer *lexer)
{
    const uint32_t line = lexer->line;

    lexer->at += 2;
    while (lexer->at < lexer->end && !begins(lexer, "*/"))
        lexer->line += *lexer->at++ == '\n';
    if (lexer->at == lexer->end)
        vgpu_diagnose(lexer->diagnosis, line, "a comment begins here and does not end");
    else
        lexer->at += 2;
}

/* True where anything was skipped. A newline ends it where the caller reads within a
 * line. */
static bool skip_space(struct vgpu_lexer *lexer, bool in_line)
{
    const char *start = lexer->at;

    while (lexer->at < lexer->end) {
        if (*lexer->at == '\n' && !in_line) {
            lexer->at++;
            lexer->line++;
            lexer->starts_line = true;
        } else if (is_blank(*lexer->at)) {
            lexer->at++;
        } else if (begins(lexer, "//")) {
            skip_line_comment(lexer);
        } else if (begins(lexer, "/*")) {
            skip_block_comment(lexer);
        } else {
            break;
        }
    }
    return lexer->at != start;
}

static void read_number(struct vgpu_lexer *lexer)
{
    while (lexer->at < lexer->end) {
        const char c = *lexer->at;
        if (!is_name_byte(c) && c != '.')
            return;
        lexer->at++;
        if (strchr("eEpP", c) && c && lexer->at < lexer->end &&
            (*lexer->at == '+' || *lexer->at == '-'))
            lexer->at++;
    }
}

static bool read_literal(struct vgpu_lexer *lexer)
{
    const char quote = *lexer->at++;

    while (lexer->at < lexer->end && *lexer->at != '\n') {
        const char c = *lexer->at++;
        if (c == quote)
            return true;
        if (c == '\\' && lexer->at < lexer->end && *lexer->at != '\n')
            lexer->at++;
    }
    return false;
}

static bool read_punctuator(struct vgpu_lexer *lexer)
{
    static const char *const longer[] = {
        "...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=",
        "&&",  "||",  "##",  "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="};
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
        if (begins(lexer, longer[i])) {
            lexer->at += strlen(longer[i]);
            return true;
        }
    }
    return memchr("{}[]()#;:?.,+-*/%^&|~!<>=", *lexer->at++, 25) != NULL;
}

static enum vgpu_token_kind read_token(struct vgpu_lexer *lexer)
{
    const char c = *lexer->at;

    if (is_digit(c) ||
        (c == '.' && lexer->end - lexer->at > 1 && is_digit(lexer->at[1]))) {
        read_number(lexer);
        return VGPU_TOKEN_NUMBER;
    }
    if (is_name_byte(c)) {
        while (lexer->at < lexer->end && is_name_byte(*lexer->at))
            lexer->at++;
        return VGPU_TOKEN_IDENTIFIER;
    }
    if (c == '"')
        return read_literal(lexer) ? VGPU_TOKEN_STRING : VGPU_TOKEN_OTHER;
    if (c == '\'')
        return read_literal(lexer) ? VGPU_TOKEN_CHARACTER : VGPU_TOKEN_OTHER;
    return read_punctuator(lexer) ? VGPU_TOKEN_PUNCTUATOR : VGPU_TOKEN_OTHER;
}

static void lex(struct vgpu_lexer *lexer, bool in_line, struct vgpu_token *token_out)
{
    const bool after_space = skip_space(lexer, in_line);

    *token_out = (struct vgpu_token){.text = lexer->at,
                                     .line = lexer->line,
                                     .kind = VGPU_TOKEN_END,
                                     .starts_line = lexer->starts_line,
                                     .after_space = after_space};
    if (lexer->at == lexer->end || *lexer->at == '\n')
        return;
    lexer->starts_line = false;
    token_out->kind = read_token(lexer);
    token_out->length = (size_t)(lexer->at - token_out->text);
}

void vgpu_lex(struct vgpu_lexer *lexer, struct vgpu_token *token_out)
{
    lex(lexer, false, token_out);
}

void vgpu_lex_in_line(struct vgpu_lexer *lexer, struct vgpu_token *token_out)
{
    lex(lexer, true, token_out);
}

/* Length of the line continuation at `text`: a backslash, perhaps blanks, the newline; or
 * 0. */
static size_t continuation_length(const char *text, size_t length)
{
    size_t at = 1;

    if (*text != '\\')
        return 0;
    while (at < length && is_blank(text[at]))
        at++;
    return at < length && text[at] == '\n' ? at + 1 : 0;
}

size_t vgpu_splice_lines(const char *text, size_t length, char *out)
{
    size_t used = 0;
    size_t owed = 0;

    for (size_t i = 0; i < length; i++) {
        const size_t skipped = continuation_length(text + i, length - i);
        if (skipped) {
            owed++;
            i += skipped - 1;
            continue;
        }
        out[used++] = text[i];
        for (; text[i] == '\n' && owed > 0; owed--)
            out[used++] = '\n';
    }
    return used;
}

bool vgpu_token_is(const struct vgpu_token *token, const char *text)
{
    return token->length == strlen(text) &&
           memcmp(token->text, text, token->length) == 0 && token->kind != VGPU_TOKEN_END;
}

bool vgpu_tokens_append(struct vgpu_tokens *tokens, const struct vgpu_token *token,
                        struct vgpu_diagnosis *diagnosis)
{
    if (tokens->count == tokens->capacity) {
        const size_t capacity = tokens->capacity ? tokens->capacity * 2 : 64;
        struct vgpu_token *items;

        if (capacity > VGPU_TOKENS_LIMIT) {
            vgpu_diagnose(diagnosis, token->line, "this line or declaration is too long");
            return false;
        }
        items = realloc(tokens->items, capacity * sizeof *items);
        if (!items) {
            vgpu_diagnose_no_memory(diagnosis);
            return false;
        }
        tokens->items = items;
        tokens->capacity = capacity;
    }
    tokens->items[tokens->count++] = *token;
    return true;
}

void vgpu_tokens_fini(struct vgpu_tokens *tokens)
{
    free(tokens->items);
    *tokens = (struct vgpu_tokens){0};
}
