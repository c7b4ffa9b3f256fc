/* SPDX-License-Identifier: MIT */
/* A macro's body with its arguments put in: substitution, # and ##. */
#include "macro_internal.h"

#include <string.h>

/* One substitution under way. */
struct substitution {
    struct vgpu_macros *macros;
    const struct vgpu_macro *macro;
    struct vgpu_argument *arguments;
    const struct vgpu_hidden *hidden;
    struct vgpu_node_list out;
    const struct vgpu_hidden *last_set; /* a run of tokens of one set makes one union */
    const struct vgpu_hidden *last_union;
};

static struct vgpu_argument *argument_of(struct substitution *s,
                                         const struct vgpu_token *token)
{
    if (token->kind != VGPU_TOKEN_IDENTIFIER || !vgpu_macros_charge(s->macros, 1))
        return NULL;
    for (size_t i = 0; i < s->macro->num_parameters; i++) {
        const struct vgpu_token *parameter = &s->macro->parameters[i];
        if (parameter->length == token->length &&
            memcmp(parameter->text, token->text, token->length) == 0)
            return &s->arguments[i];
    }
    return NULL;
}

static const struct vgpu_hidden *hide_also(struct substitution *s,
                                           const struct vgpu_hidden *set)
{
    const struct vgpu_hidden *joined = s->hidden;

    if (!set)
        return s->hidden;
    if (set == s->last_set)
        return s->last_union;
    for (const struct vgpu_hidden *at = set; at; at = at->next) {
        struct vgpu_hidden *more;
        if (!vgpu_macros_charge(s->macros, 1))
            return joined;
        more = vgpu_arena_alloc(&s->macros->passing, sizeof *more);
        if (!more)
            return joined;
        *more = (struct vgpu_hidden){at->macro, joined};
        joined = more;
    }
    s->last_set = set;
    s->last_union = joined;
    return joined;
}

static void put(struct substitution *s, const struct vgpu_token *token)
{
    struct vgpu_token copy = *token;
    copy.hidden = hide_also(s, token->hidden);
    vgpu_nodes_append(s->macros, &s->out, &copy);
}

static void put_list(struct substitution *s, const struct vgpu_node_list *list,
                     const struct vgpu_token *place)
{
    for (const struct vgpu_token_node *node = list->first; node; node = node->next) {
        struct vgpu_token token = node->token;
        if (node == list->first)
            token.after_space = place->after_space;
        put(s, &token);
    }
}

/* Text that tokens point at outlives the passing tokens: declarations keep it. */
static char *keep_text(struct substitution *s, size_t length)
{
    if (!vgpu_macros_charge(s->macros, 1 + length / 16))
        return NULL;
    return vgpu_arena_alloc(&s->macros->kept, length);
}

static size_t stringised_length(const struct vgpu_node_list *list)
{
    size_t length = 2;
    for (const struct vgpu_token_node *node = list->first; node; node = node->next)
        length += 1 + 2 * node->token.length;
    return length;
}

static void stringise(struct substitution *s, const struct vgpu_node_list *list,
                      const struct vgpu_token *place)
{
    struct vgpu_token made = *place;
    char *text = keep_text(s, stringised_length(list));
    char *at = text;

    if (!text)
        return;
    *at++ = '"';
    for (const struct vgpu_token_node *node = list->first; node; node = node->next) {
        const struct vgpu_token *token = &node->token;
        const bool is_literal =
            token->kind == VGPU_TOKEN_STRING || token->kind == VGPU_TOKEN_CHARACTER;
        if (token->after_space && node != list->first)
            *at++ = ' ';
        for (size_t i = 0; i < token->length; i++) {
            if (is_literal && (token->text[i] == '"' || token->text[i] == '\\'))
                *at++ = '\\';
            *at++ = token->text[i];
        }
    }
    *at++ = '"';
    made.kind = VGPU_TOKEN_STRING;
    made.text = text;
    made.length = (size_t)(at - text);
    put(s, &made);
}

/* Joins the last token put with `right`. A comma before an empty __VA_ARGS__ goes. */
static void paste(struct substitution *s, const struct vgpu_token *right)
{
    struct vgpu_token *left = s->out.last ? &s->out.last->token : NULL;
    struct vgpu_lexer lexer = {.diagnosis = s->macros->diagnosis};
    struct vgpu_token made;
    char *text;

    if (!left || right->kind == VGPU_TOKEN_EMPTY)
        return;
    if (left->kind == VGPU_TOKEN_EMPTY) {
        const struct vgpu_hidden *hidden = hide_also(s, right->hidden);
        *left = *right;
        left->hidden = hidden;
        return;
    }
    text = keep_text(s, left->length + right->length);
    if (!text)
        return;
    memcpy(text, left->text, left->length);
    memcpy(text + left->length, right->text, right->length);
    lexer.at = text;
    lexer.end = text + left->length + right->length;
    lexer.line = left->line;
    vgpu_lex(&lexer, &made);
    if (lexer.at != lexer.end || made.kind == VGPU_TOKEN_OTHER) {
        vgpu_diagnose(s->macros->diagnosis, left->line,
                      "## joins '%.*s' and '%.*s', which together are no token",
                      VGPU_QUOTE(left), VGPU_QUOTE(right));
        return;
    }
    left->text = made.text;
    left->length = made.length;
    left->kind = made.kind;
}

static bool is_empty_rest(const struct substitution *s,
                          const struct vgpu_argument *argument)
{
    return s->macro->is_variadic && !argument->tokens.first &&
           argument == &s->arguments[s->macro->num_parameters - 1];
}

/* What stands right of ##. */
static void paste_operand(struct substitution *s, const struct vgpu_token *token)
{
    static const struct vgpu_token empty = {.kind = VGPU_TOKEN_EMPTY, .text = ""};
    const struct vgpu_argument *argument = argument_of(s, token);
    const struct vgpu_token_node *node;

    if (!argument) {
        paste(s, token);
        return;
    }
    if (s->out.last && vgpu_token_is(&s->out.last->token, ",")) {
        if (is_empty_rest(s, argument))
            s->out.last->token = empty;
        else if (s->macro->is_variadic)
            put_list(s, &argument->tokens, token);
        return;
    }
    node = argument->tokens.first;
    paste(s, node ? &node->token : &empty);
    for (node = node ? node->next : NULL; node; node = node->next)
        put(s, &node->token);
}

static void put_argument(struct substitution *s, struct vgpu_argument *argument,
                         const struct vgpu_token *place, bool is_pasted)
{
    struct vgpu_token empty = *place;

    if (is_pasted) {
        empty.kind = VGPU_TOKEN_EMPTY;
        empty.length = 0;
        if (argument->tokens.first)
            put_list(s, &argument->tokens, place);
        else
            put(s, &empty);
        return;
    }
    if (!argument->is_expanded) {
        argument->is_expanded = true;
        vgpu_nodes_expand(s->macros, &argument->tokens, &argument->expanded);
    }
    put_list(s, &argument->expanded, place);
}

static void drop_empty(struct vgpu_node_list *list)
{
    struct vgpu_token_node **link = &list->first;

    list->last = NULL;
    while (*link) {
        if ((*link)->token.kind == VGPU_TOKEN_EMPTY) {
            *link = (*link)->next;
        } else {
            list->last = *link;
            link = &(*link)->next;
        }
    }
}

struct vgpu_node_list vgpu_macro_substitute(struct vgpu_macros *macros,
                                            const struct vgpu_macro *macro,
                                            struct vgpu_argument *arguments,
                                            const struct vgpu_token *call,
                                            const struct vgpu_hidden *hidden)
{
    struct substitution s = {
        .macros = macros, .macro = macro, .arguments = arguments, .hidden = hidden};

    for (size_t i = 0; i < macro->body_length && !macros->diagnosis->status; i++) {
        struct vgpu_token token = macro->body[i];
        const bool has_next = i + 1 < macro->body_length;
        struct vgpu_argument *argument = argument_of(&s, &token);

        token.line = call->line;
        if (macro->is_function && vgpu_token_is(&token, "#") && has_next) {
            argument = argument_of(&s, &macro->body[++i]);
            stringise(&s, &argument->tokens, &token);
        } else if (vgpu_token_is(&token, "##") && has_next) {
            paste_operand(&s, &macro->body[++i]);
        } else if (argument) {
            put_argument(&s, argument, &token,
                         has_next && vgpu_token_is(&macro->body[i + 1], "##"));
        } else {
            put(&s, &token);
        }
    }
    drop_empty(&s.out);
    if (s.out.first)
        s.out.first->token.after_space = call->after_space;
    return s.out;
}
