/* SPDX-License-Identifier: MIT */
/* The preprocessor's conditionals: which lines are read. */
#include "preprocess_internal.h"

#include "expression.h"

/* Replaces `defined NAME` and `defined(NAME)` by 1 or 0. */
static void resolve_defined(struct vgpu_preprocessor *pp, struct vgpu_tokens *line)
{
    size_t used = 0;

    for (size_t i = 0; i < line->count; i++) {
        struct vgpu_token token = line->items[i];
        if (vgpu_token_is(&token, "defined")) {
            const bool has_brackets = i + 3 < line->count &&
                                      vgpu_token_is(&line->items[i + 1], "(") &&
                                      vgpu_token_is(&line->items[i + 3], ")");
            const size_t name = i + (has_brackets ? 2 : 1);
            if (name >= line->count || line->items[name].kind != VGPU_TOKEN_IDENTIFIER) {
                vgpu_diagnose(pp->diagnosis, token.line,
                              "'defined' needs a name: write defined(NAME)");
                return;
            }
            token.kind = VGPU_TOKEN_NUMBER;
            token.text =
                vgpu_macro_is_defined(&pp->macros, &line->items[name]) ? "1" : "0";
            token.length = 1;
            i = name + (has_brackets ? 1 : 0);
        }
        line->items[used++] = token;
    }
    line->count = used;
}

static bool evaluate_line(struct vgpu_preprocessor *pp, uint32_t line_number)
{
    struct vgpu_tokens line = {0};
    struct vgpu_tokens expanded = {0};
    int64_t value = 0;

    vgpu_preprocessor_read_line(pp, &line);
    resolve_defined(pp, &line);
    vgpu_macros_expand_list(&pp->macros, &line, &expanded);
    if (!pp->diagnosis->status)
        vgpu_expression_evaluate(expanded.items, expanded.count, line_number, true,
                                 pp->diagnosis, &value);
    vgpu_tokens_fini(&line);
    vgpu_tokens_fini(&expanded);
    return value != 0;
}

/* Whether the branch that #if, #ifdef, #ifndef or #elif opens is to be read. */
static bool evaluate(struct vgpu_preprocessor *pp, const struct vgpu_token *directive)
{
    const bool wants_defined =
        vgpu_token_is(directive, "ifdef") || vgpu_token_is(directive, "elifdef");
    struct vgpu_token name;

    if (vgpu_token_is(directive, "if") || vgpu_token_is(directive, "elif"))
        return evaluate_line(pp, directive->line);
    vgpu_lex_in_line(&pp->lexer, &name);
    if (name.kind != VGPU_TOKEN_IDENTIFIER)
        vgpu_diagnose(pp->diagnosis, directive->line, "#%.*s needs the name of a macro",
                      VGPU_QUOTE(directive));
    vgpu_preprocessor_skip_line(pp);
    return vgpu_macro_is_defined(&pp->macros, &name) == wants_defined;
}

static struct vgpu_conditional *open_conditional(struct vgpu_preprocessor *pp,
                                                 uint32_t line)
{
    struct vgpu_conditional *conditional = &pp->conditionals[pp->num_conditionals];

    if (pp->num_conditionals == VGPU_CONDITIONAL_DEPTH) {
        vgpu_diagnose(pp->diagnosis, line, "#if is nested more than %d deep",
                      VGPU_CONDITIONAL_DEPTH);
        return NULL;
    }
    pp->num_conditionals++;
    *conditional = (struct vgpu_conditional){.line = line};
    return conditional;
}

size_t vgpu_conditionals_outside(const struct vgpu_preprocessor *pp)
{
    return pp->depth ? pp->includers[pp->depth - 1].num_conditionals : 0;
}

static struct vgpu_conditional *innermost(struct vgpu_preprocessor *pp,
                                          const struct vgpu_token *directive)
{
    if (pp->num_conditionals > vgpu_conditionals_outside(pp))
        return &pp->conditionals[pp->num_conditionals - 1];
    vgpu_diagnose(pp->diagnosis, directive->line, "#%.*s without an #if before it",
                  VGPU_QUOTE(directive));
    return NULL;
}

/* The next directive of a group that is not read; END at the end of the source. */
static void next_directive(struct vgpu_preprocessor *pp, struct vgpu_token *name_out)
{
    for (;;) {
        vgpu_lex(&pp->lexer, name_out);
        if (name_out->kind == VGPU_TOKEN_END)
            return;
        if (name_out->starts_line && vgpu_token_is(name_out, "#")) {
            vgpu_lex_in_line(&pp->lexer, name_out);
            if (name_out->kind != VGPU_TOKEN_END)
                return;
        } else {
            vgpu_preprocessor_skip_line(pp);
        }
    }
}

static bool opens(const struct vgpu_token *name)
{
    return vgpu_token_is(name, "if") || vgpu_token_is(name, "ifdef") ||
           vgpu_token_is(name, "ifndef");
}

static bool continues(const struct vgpu_token *name)
{
    return vgpu_token_is(name, "elif") || vgpu_token_is(name, "elifdef") ||
           vgpu_token_is(name, "elifndef");
}

static void take_else(struct vgpu_preprocessor *pp, struct vgpu_conditional *conditional,
                      const struct vgpu_token *name)
{
    if (conditional->has_else)
        vgpu_diagnose(pp->diagnosis, name->line, "#%.*s after the #else of line %u",
                      VGPU_QUOTE(name), conditional->line);
    conditional->has_else = vgpu_token_is(name, "else");
}

/* Reads on to the branch that is to be read, or past #endif. */
static void skip_branches(struct vgpu_preprocessor *pp,
                          struct vgpu_conditional *conditional)
{
    struct vgpu_token name;
    size_t depth = 0;

    while (!pp->diagnosis->status) {
        next_directive(pp, &name);
        if (name.kind == VGPU_TOKEN_END)
            return;
        if (opens(&name)) {
            depth++;
        } else if (depth > 0) {
            depth -= vgpu_token_is(&name, "endif");
        } else if (vgpu_token_is(&name, "endif")) {
            pp->num_conditionals--;
            vgpu_preprocessor_skip_line(pp);
            return;
        } else if (continues(&name) || vgpu_token_is(&name, "else")) {
            take_else(pp, conditional, &name);
            if (!conditional->was_taken && (!continues(&name) || evaluate(pp, &name))) {
                conditional->was_taken = true;
                break;
            }
        }
        vgpu_preprocessor_skip_line(pp);
    }
    vgpu_preprocessor_skip_line(pp);
}

void vgpu_conditional_if(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    struct vgpu_conditional *conditional = open_conditional(pp, name->line);

    if (!conditional)
        return;
    conditional->was_taken = evaluate(pp, name);
    if (!conditional->was_taken)
        skip_branches(pp, conditional);
}

/* Met while reading: the conditional has had its branch. */
void vgpu_conditional_else(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    struct vgpu_conditional *conditional = innermost(pp, name);

    if (!conditional)
        return;
    vgpu_preprocessor_skip_line(pp);
    take_else(pp, conditional, name);
    skip_branches(pp, conditional);
}

void vgpu_conditional_endif(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    vgpu_preprocessor_skip_line(pp);
    if (innermost(pp, name))
        pp->num_conditionals--;
}
