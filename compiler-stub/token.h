/* SPDX-License-Identifier: MIT */
/* The tokens of OpenCL C, as the preprocessor sees them. */
#ifndef VGPU_TOKEN_H
#define VGPU_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis.h"

enum vgpu_token_kind {
    VGPU_TOKEN_END,
    VGPU_TOKEN_IDENTIFIER,
    VGPU_TOKEN_NUMBER,
    VGPU_TOKEN_STRING,
    VGPU_TOKEN_CHARACTER,
    VGPU_TOKEN_PUNCTUATOR,
    VGPU_TOKEN_OTHER, /* a stray byte, or a literal that its line does not close */
    VGPU_TOKEN_EMPTY  /* stands for an empty macro argument beside ## */
};

struct vgpu_hidden;

struct vgpu_token {
    const char *text; /* not terminated; lives as long as the text it was read from */
    size_t length;
    const struct vgpu_hidden *hidden; /* macros that it no longer stands for */
    uint32_t line;
    uint8_t kind; /* enum vgpu_token_kind */
    bool starts_line;
    bool after_space;
};

/* Printf arguments for "%.*s": what a message quotes of a token. */
#define VGPU_QUOTE(token) \
    (int)((token)->length < 80 ? (token)->length : 80), (token)->text

struct vgpu_lexer {
    const char *at;
    const char *end;
    struct vgpu_diagnosis *diagnosis; /* hears of a comment that does not end */
    uint32_t line;
    bool starts_line;
};

/* vgpu_lex - the next token; END at the end of the text, again and again. */
void vgpu_lex(struct vgpu_lexer *lexer, struct vgpu_token *token_out);

/* vgpu_lex_in_line - the same, but END stands for the end of the line, which is not
 * passed. */
void vgpu_lex_in_line(struct vgpu_lexer *lexer, struct vgpu_token *token_out);

/* vgpu_splice_lines - writes the text without its line continuations to `out` (`length`
 * bytes) and returns the length. Line numbers stay: the newlines taken out follow at the
 * line's end. */
size_t vgpu_splice_lines(const char *text, size_t length, char *out);

bool vgpu_token_is(const struct vgpu_token *token, const char *text);

/* A list of tokens that grows. Starts as {0}. */
struct vgpu_tokens {
    struct vgpu_token *items;
    size_t count;
    size_t capacity;
};

#define VGPU_TOKENS_LIMIT ((size_t)1 << 20)

/* vgpu_tokens_append - false with the diagnosis set at VGPU_TOKENS_LIMIT or without
 * memory. */
bool vgpu_tokens_append(struct vgpu_tokens *tokens, const struct vgpu_token *token,
                        struct vgpu_diagnosis *diagnosis);
void vgpu_tokens_fini(struct vgpu_tokens *tokens);

#endif
