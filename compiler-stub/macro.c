/* SPDX-License-Identifier: MIT */
/* Macros: their definitions, their calls, the stream of tokens they expand in. */
#include "macro_internal.h"

#include <stdio.h>
#include <string.h>

void vgpu_macros_init(struct vgpu_macros *macros, struct vgpu_diagnosis *diagnosis)
{
    static struct vgpu_macro line_macro = {.is_line = true};

    *macros = (struct vgpu_macros){.diagnosis = diagnosis,
                                   .kept.diagnosis = diagnosis,
                                   .passing.diagnosis = diagnosis};
    vgpu_names_set(&macros->names, &macros->kept, "__LINE__", 8, &line_macro);
}

void vgpu_macros_fini(struct vgpu_macros *macros)
{
    vgpu_arena_fini(&macros->kept);
    vgpu_arena_fini(&macros->passing);
}

bool vgpu_macros_charge(struct vgpu_macros *macros, size_t steps)
{
    macros->steps += steps;
    if (macros->steps > VGPU_MACRO_STEPS)
        vgpu_diagnose(
            macros->diagnosis, 0,
            "the macros of this source expand to too much (more than %zu tokens)",
            VGPU_MACRO_STEPS);
    return macros->diagnosis->status == 0;
}

/* Definitions */

static struct vgpu_token *keep_tokens(struct vgpu_macros *macros,
                                      const struct vgpu_token *tokens, size_t count)
{
    struct vgpu_token *kept = vgpu_arena_alloc(&macros->kept, count * sizeof *kept);
    if (kept && count)
        memcpy(kept, tokens, count * sizeof *kept);
    return kept;
}

/* Reads "(a, b, ...)" from tokens[1] on; returns where the body begins, or 0. */
static size_t read_parameters(struct vgpu_macros *macros, struct vgpu_macro *macro,
                              const struct vgpu_tokens *line)
{
    static const struct vgpu_token rest = {
        .kind = VGPU_TOKEN_IDENTIFIER, .text = "__VA_ARGS__", .length = 11};
    size_t at = 2;

    macro->is_function = true;
    macro->parameters =
        vgpu_arena_alloc(&macros->kept, line->count * sizeof *macro->parameters);
    if (!macro->parameters)
        return 0;
    if (at < line->count && vgpu_token_is(&line->items[at], ")"))
        return at + 1;
    for (; at + 1 < line->count; at += 2) {
        const struct vgpu_token *name = &line->items[at];
        const struct vgpu_token *after = &line->items[at + 1];
        const bool is_rest = vgpu_token_is(name, "...");
        if (!is_rest && name->kind != VGPU_TOKEN_IDENTIFIER)
            break;
        macro->is_variadic = is_rest;
        macro->parameters[macro->num_parameters++] = is_rest ? rest : *name;
        if (vgpu_token_is(after, ")"))
            return at + 2;
        if (is_rest || !vgpu_token_is(after, ","))
            break;
    }
    vgpu_diagnose(
        macros->diagnosis, macro->name.line,
        "the parameters of macro '%.*s' cannot be read: write #define %.*s(a, b) ...",
        VGPU_QUOTE(&macro->name), VGPU_QUOTE(&macro->name));
    return 0;
}

static bool names_parameter(const struct vgpu_macro *macro,
                            const struct vgpu_token *token)
{
    for (size_t i = 0; i < macro->num_parameters; i++) {
        if (macro->parameters[i].length == token->length &&
            memcmp(macro->parameters[i].text, token->text, token->length) == 0)
            return true;
    }
    return false;
}

/* # must stand before a parameter, ## between two tokens. */
static void check_body(struct vgpu_macros *macros, const struct vgpu_macro *macro)
{
    for (size_t i = 0; i < macro->body_length; i++) {
        const bool is_last = i + 1 == macro->body_length;
        if (macro->is_function && vgpu_token_is(&macro->body[i], "#") &&
            (is_last || !names_parameter(macro, &macro->body[i + 1])))
            vgpu_diagnose(macros->diagnosis, macro->name.line,
                          "# in macro '%.*s' stands before no parameter",
                          VGPU_QUOTE(&macro->name));
        if (vgpu_token_is(&macro->body[i], "##") && (i == 0 || is_last))
            vgpu_diagnose(macros->diagnosis, macro->name.line,
                          "## stands at an end of macro '%.*s'",
                          VGPU_QUOTE(&macro->name));
    }
}

void vgpu_macro_define(struct vgpu_macros *macros, const struct vgpu_tokens *line)
{
    const struct vgpu_token *name = line->items;
    struct vgpu_macro *macro;
    size_t body = 1;

    if (line->count == 0 || name->kind != VGPU_TOKEN_IDENTIFIER ||
        vgpu_token_is(name, "defined")) {
        vgpu_diagnose(macros->diagnosis, line->count ? name->line : 0,
                      "#define needs the name of a macro%s%.*s",
                      line->count ? ", not " : "",
                      line->count ? (int)(name->length < 80 ? name->length : 80) : 0,
                      line->count ? name->text : "");
        return;
    }
    macro = vgpu_arena_alloc(&macros->kept, sizeof *macro);
    if (!macro)
        return;
    macro->name = *name;
    if (line->count > 1 && vgpu_token_is(&line->items[1], "(") &&
        !line->items[1].after_space) {
        body = read_parameters(macros, macro, line);
        if (body == 0)
            return;
    }
    macro->body_length = line->count - body;
    macro->body = keep_tokens(macros, line->items + body, macro->body_length);
    if (!macro->body)
        return;
    check_body(macros, macro);
    vgpu_names_set(&macros->names, &macros->kept, name->text, name->length, macro);
}

void vgpu_macro_undefine(struct vgpu_macros *macros, const struct vgpu_token *name)
{
    if (vgpu_macro_is_defined(macros, name))
        vgpu_names_set(&macros->names, &macros->kept, name->text, name->length, NULL);
}

bool vgpu_macro_is_defined(const struct vgpu_macros *macros,
                           const struct vgpu_token *name)
{
    return vgpu_names_get(&macros->names, name->text, name->length) != NULL;
}

/* The stream */

void vgpu_nodes_append(struct vgpu_macros *macros, struct vgpu_node_list *list,
                       const struct vgpu_token *token)
{
    struct vgpu_token_node *node;

    if (!vgpu_macros_charge(macros, 1))
        return;
    node = vgpu_arena_alloc(&macros->passing, sizeof *node);
    if (!node)
        return;
    node->token = *token;
    if (list->last)
        list->last->next = node;
    else
        list->first = node;
    list->last = node;
}

static void push(struct vgpu_stream *stream, const struct vgpu_node_list *list)
{
    if (!list->first)
        return;
    list->last->next = stream->front;
    stream->front = list->first;
}

static bool take(struct vgpu_macros *macros, struct vgpu_stream *stream,
                 struct vgpu_token *token_out)
{
    if (macros->diagnosis->status)
        return false;
    if (!stream->front)
        return stream->read && stream->read(stream->context, token_out);
    *token_out = stream->front->token;
    stream->front = stream->front->next;
    return true;
}

static bool next_is_parenthesis(struct vgpu_macros *macros, struct vgpu_stream *stream)
{
    struct vgpu_node_list back = {0};
    struct vgpu_token token;

    if (!take(macros, stream, &token))
        return false;
    if (vgpu_token_is(&token, "("))
        return true;
    vgpu_nodes_append(macros, &back, &token);
    push(stream, &back);
    return false;
}

/* Calls */

static bool is_hidden(struct vgpu_macros *macros, const struct vgpu_token *token,
                      const struct vgpu_macro *macro)
{
    for (const struct vgpu_hidden *at = token->hidden; at; at = at->next) {
        if (at->macro == macro || !vgpu_macros_charge(macros, 1))
            return true;
    }
    return false;
}

static const struct vgpu_hidden *hide(struct vgpu_macros *macros,
                                      const struct vgpu_macro *macro,
                                      const struct vgpu_hidden *also)
{
    struct vgpu_hidden *hidden = vgpu_arena_alloc(&macros->passing, sizeof *hidden);
    if (hidden)
        *hidden = (struct vgpu_hidden){macro, also};
    return hidden;
}

/* Macros hidden both in the call's name and at its closing parenthesis. */
static const struct vgpu_hidden *hidden_in_both(struct vgpu_macros *macros,
                                                const struct vgpu_token *name,
                                                const struct vgpu_token *close)
{
    const struct vgpu_hidden *both = NULL;

    if (name->hidden == close->hidden)
        return name->hidden;
    for (const struct vgpu_hidden *at = name->hidden; at; at = at->next) {
        if (is_hidden(macros, close, at->macro))
            both = hide(macros, at->macro, both);
    }
    return both;
}

static bool wrong_count(struct vgpu_macros *macros, const struct vgpu_macro *macro,
                        const struct vgpu_token *call)
{
    vgpu_diagnose(macros->diagnosis, call->line, "macro '%.*s' takes %zu argument%s",
                  VGPU_QUOTE(&macro->name), macro->num_parameters,
                  macro->num_parameters == 1 ? "" : "s");
    return false;
}

/* Reads up to the closing parenthesis, which goes to *close_out. */
static bool collect_arguments(struct vgpu_macros *macros, struct vgpu_stream *stream,
                              const struct vgpu_macro *macro,
                              struct vgpu_token *close_out,
                              struct vgpu_argument *arguments)
{
    const struct vgpu_token call = *close_out;
    const size_t wanted = macro->num_parameters;
    size_t at = 0;
    size_t depth = 0;

    while (take(macros, stream, close_out)) {
        const bool closes = depth == 0 && vgpu_token_is(close_out, ")");
        const bool is_rest = macro->is_variadic && at + 1 == wanted;
        if (closes) {
            const bool is_missing =
                at + 1 < wanted && !(macro->is_variadic && at + 2 == wanted);
            return is_missing ? wrong_count(macros, macro, &call) : true;
        }
        if (depth == 0 && vgpu_token_is(close_out, ",") && !is_rest) {
            if (++at >= wanted)
                return wrong_count(macros, macro, &call);
            continue;
        }
        if (wanted == 0)
            return wrong_count(macros, macro, &call);
        depth += vgpu_token_is(close_out, "(");
        depth -= vgpu_token_is(close_out, ")");
        vgpu_nodes_append(macros, &arguments[at].tokens, close_out);
    }
    vgpu_diagnose(macros->diagnosis, call.line, "the call of macro '%.*s' lacks its ')'",
                  VGPU_QUOTE(&macro->name));
    return false;
}

static void expand_line(struct vgpu_macros *macros, struct vgpu_stream *stream,
                        const struct vgpu_token *call)
{
    struct vgpu_node_list list = {0};
    struct vgpu_token made = *call;
    char *text = vgpu_arena_alloc(&macros->kept, 12);

    if (!text)
        return;
    made.length = (size_t)snprintf(text, 12, "%u", call->line);
    made.text = text;
    made.kind = VGPU_TOKEN_NUMBER;
    vgpu_nodes_append(macros, &list, &made);
    push(stream, &list);
}

/* Replaces the macro's name, just taken, by what it stands for; false where a
 * function-like one is only named, not called. */
static bool expand(struct vgpu_macros *macros, struct vgpu_stream *stream,
                   const struct vgpu_macro *macro, const struct vgpu_token *call)
{
    const struct vgpu_hidden *hidden = call->hidden;
    struct vgpu_argument *arguments = NULL;
    struct vgpu_token close = *call;
    struct vgpu_node_list list;

    if (macro->is_line) {
        expand_line(macros, stream, call);
        return true;
    }
    if (macro->is_function) {
        if (!next_is_parenthesis(macros, stream))
            return false;
        arguments = vgpu_arena_alloc(&macros->passing,
                                     (macro->num_parameters + 1) * sizeof *arguments);
        if (!arguments || !collect_arguments(macros, stream, macro, &close, arguments))
            return true;
        hidden = hidden_in_both(macros, call, &close);
    }
    hidden = hide(macros, macro, hidden);
    list = vgpu_macro_substitute(macros, macro, arguments, call, hidden);
    push(stream, &list);
    return true;
}

bool vgpu_macros_next(struct vgpu_macros *macros, struct vgpu_stream *stream,
                      struct vgpu_token *token_out)
{
    while (take(macros, stream, token_out)) {
        const struct vgpu_macro *macro = NULL;
        if (token_out->kind == VGPU_TOKEN_IDENTIFIER)
            macro = vgpu_names_get(&macros->names, token_out->text, token_out->length);
        if (!macro || is_hidden(macros, token_out, macro) ||
            !expand(macros, stream, macro, token_out))
            return macros->diagnosis->status == 0;
    }
    return false;
}

static bool enter(struct vgpu_macros *macros)
{
    if (macros->depth++ >= VGPU_MACRO_DEPTH)
        vgpu_diagnose(macros->diagnosis, 0, "macro calls are nested more than %d deep",
                      VGPU_MACRO_DEPTH);
    return macros->diagnosis->status == 0;
}

void vgpu_nodes_expand(struct vgpu_macros *macros, const struct vgpu_node_list *list,
                       struct vgpu_node_list *out)
{
    struct vgpu_stream stream = {0};
    struct vgpu_node_list copy = {0};
    struct vgpu_token token;

    /* What is expanded is cut from its list; # and ## still need the argument as it
     * stands. */
    for (const struct vgpu_token_node *node = list->first; node; node = node->next)
        vgpu_nodes_append(macros, &copy, &node->token);
    stream.front = copy.first;
    if (enter(macros)) {
        while (vgpu_macros_next(macros, &stream, &token))
            vgpu_nodes_append(macros, out, &token);
    }
    macros->depth--;
}

void vgpu_macros_expand_list(struct vgpu_macros *macros, const struct vgpu_tokens *list,
                             struct vgpu_tokens *out)
{
    struct vgpu_node_list nodes = {0};
    struct vgpu_node_list expanded = {0};

    for (size_t i = 0; i < list->count; i++)
        vgpu_nodes_append(macros, &nodes, &list->items[i]);
    vgpu_nodes_expand(macros, &nodes, &expanded);
    for (const struct vgpu_token_node *node = expanded.first; node; node = node->next)
        vgpu_tokens_append(out, &node->token, macros->diagnosis);
}
