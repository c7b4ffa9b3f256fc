/* SPDX-License-Identifier: MIT */
/* The preprocessor: directives and conditionals. */
#include "preprocess.h"

#include <stdlib.h>
#include <string.h>

#include "expression.h"
#include "text.h"

#define SOURCE_LIMIT ((size_t)64 << 20)

static void read_line(struct vgpu_preprocessor *pp, struct vgpu_tokens *line)
{
    struct vgpu_token token;
    do {
        vgpu_lex_in_line(&pp->lexer, &token);
    } while (token.kind != VGPU_TOKEN_END &&
             vgpu_tokens_append(line, &token, pp->diagnosis));
}

static void skip_line(struct vgpu_preprocessor *pp)
{
    struct vgpu_token token;
    do {
        vgpu_lex_in_line(&pp->lexer, &token);
    } while (token.kind != VGPU_TOKEN_END);
}

/* Conditionals */

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

    read_line(pp, &line);
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
    skip_line(pp);
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

/* Conditionals of the texts that include the one being read. */
static size_t num_outer_conditionals(const struct vgpu_preprocessor *pp)
{
    return pp->depth ? pp->includers[pp->depth - 1].num_conditionals : 0;
}

static struct vgpu_conditional *innermost(struct vgpu_preprocessor *pp,
                                          const struct vgpu_token *directive)
{
    if (pp->num_conditionals > num_outer_conditionals(pp))
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
            skip_line(pp);
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
            skip_line(pp);
            return;
        } else if (continues(&name) || vgpu_token_is(&name, "else")) {
            take_else(pp, conditional, &name);
            if (!conditional->was_taken && (!continues(&name) || evaluate(pp, &name))) {
                conditional->was_taken = true;
                break;
            }
        }
        skip_line(pp);
    }
    skip_line(pp);
}

static void do_if(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    struct vgpu_conditional *conditional = open_conditional(pp, name->line);

    if (!conditional)
        return;
    conditional->was_taken = evaluate(pp, name);
    if (!conditional->was_taken)
        skip_branches(pp, conditional);
}

/* An #else or #elif met while reading: its conditional has had its branch. */
static void do_else(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    struct vgpu_conditional *conditional = innermost(pp, name);

    if (!conditional)
        return;
    skip_line(pp);
    take_else(pp, conditional, name);
    skip_branches(pp, conditional);
}

static void do_endif(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    skip_line(pp);
    if (innermost(pp, name))
        pp->num_conditionals--;
}

/* Includes */

/* Reads what follows #include up to its '>'. What stands between < and > is no tokens. */
static size_t bracketed_length(struct vgpu_preprocessor *pp, const char *start)
{
    const char *line_end = memchr(start, '\n', (size_t)(pp->lexer.end - start));
    const size_t most = (size_t)((line_end ? line_end : pp->lexer.end) - start);
    const char *close = memchr(start, '>', most);

    if (!close)
        return 0;
    pp->lexer.at = close + 1;
    return (size_t)(close + 1 - start);
}

/* The same of the tokens that a macro stands for, written to `text`. */
static void spell_tokens(const struct vgpu_tokens *tokens, struct vgpu_text *text)
{
    const bool is_bracketed = tokens->count > 2 && vgpu_token_is(&tokens->items[0], "<");

    if (tokens->count > 0 && tokens->items[0].kind == VGPU_TOKEN_STRING)
        vgpu_text_append(text, tokens->items[0].text, tokens->items[0].length);
    for (size_t i = 0; is_bracketed && i < tokens->count; i++) {
        const struct vgpu_token *token = &tokens->items[i];
        if (i > 1 && token->after_space && !vgpu_token_is(token, ">"))
            vgpu_text_add(text, " ");
        vgpu_text_append(text, token->text, token->length);
        if (vgpu_token_is(token, ">"))
            return;
    }
    if (is_bracketed)
        text->length = 0;
}

static void expand_spelling(struct vgpu_preprocessor *pp, const struct vgpu_token *first,
                            struct vgpu_text *text)
{
    struct vgpu_tokens line = {0};
    struct vgpu_tokens expanded = {0};

    if (vgpu_tokens_append(&line, first, pp->diagnosis))
        read_line(pp, &line);
    vgpu_macros_expand_list(&pp->macros, &line, &expanded);
    if (!pp->diagnosis->status)
        spell_tokens(&expanded, text);
    vgpu_tokens_fini(&line);
    vgpu_tokens_fini(&expanded);
}

/* Reads "name" or <name>, or a macro that stands for it, into `text`. */
static void read_spelling(struct vgpu_preprocessor *pp, struct vgpu_text *text)
{
    struct vgpu_token token;

    vgpu_lex_in_line(&pp->lexer, &token);
    if (token.kind == VGPU_TOKEN_STRING)
        vgpu_text_append(text, token.text, token.length);
    else if (token.kind != VGPU_TOKEN_END && *token.text == '<')
        vgpu_text_append(text, token.text, bracketed_length(pp, token.text));
    else if (token.kind == VGPU_TOKEN_IDENTIFIER)
        expand_spelling(pp, &token, text);
    skip_line(pp);
}

static void enter(struct vgpu_preprocessor *pp, struct vgpu_include *include,
                  uint32_t line)
{
    if (pp->depth == VGPU_INCLUDE_DEPTH) {
        vgpu_diagnose(pp->diagnosis, line,
                      "#include is nested more than %d deep; does a file include itself?",
                      VGPU_INCLUDE_DEPTH);
        return;
    }
    pp->includers[pp->depth++] = (struct vgpu_includer){
        pp->lexer, include, pp->diagnosis->file, pp->num_conditionals};
    pp->diagnosis->file = include->name;
    pp->lexer = (struct vgpu_lexer){.at = include->text,
                                    .end = include->text + include->length,
                                    .diagnosis = pp->diagnosis,
                                    .line = 1,
                                    .starts_line = true};
}

static void do_include(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    struct vgpu_text spelling = {0};
    struct vgpu_include *include;

    read_spelling(pp, &spelling);
    if (spelling.failed)
        vgpu_diagnose_no_memory(pp->diagnosis);
    if (spelling.length < 2)
        vgpu_diagnose(
            pp->diagnosis, name->line,
            "#include needs a name: write #include \"name\" or #include <name>");
    if (!pp->diagnosis->status) {
        include =
            vgpu_include_find(&pp->includes, spelling.bytes, spelling.length, name->line);
        if (include && !include->is_once)
            enter(pp, include, name->line);
    }
    free(vgpu_text_take(&spelling));
}

static void do_pragma(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    struct vgpu_token what;

    (void)name;
    vgpu_lex_in_line(&pp->lexer, &what);
    if (pp->depth > 0 && vgpu_token_is(&what, "once"))
        pp->includers[pp->depth - 1].included->is_once = true;
    skip_line(pp);
}

/* Back to the text that included this one; false where none did, or this one lacks an
 * #endif. */
static bool leave(struct vgpu_preprocessor *pp)
{
    const struct vgpu_includer *includer;

    if (pp->num_conditionals > num_outer_conditionals(pp)) {
        vgpu_diagnose(pp->diagnosis, pp->conditionals[pp->num_conditionals - 1].line,
                      "this #if has no #endif");
        return false;
    }
    if (pp->depth == 0)
        return false;
    includer = &pp->includers[--pp->depth];
    pp->lexer = includer->lexer;
    pp->diagnosis->file = includer->file;
    return true;
}

/* Other directives */

static void do_define(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    struct vgpu_tokens line = {0};

    read_line(pp, &line);
    if (line.count == 0)
        vgpu_diagnose(pp->diagnosis, name->line, "#define needs the name of a macro");
    if (!pp->diagnosis->status)
        vgpu_macro_define(&pp->macros, &line);
    vgpu_tokens_fini(&line);
}

static void do_undef(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    struct vgpu_token macro;

    vgpu_lex_in_line(&pp->lexer, &macro);
    if (macro.kind != VGPU_TOKEN_IDENTIFIER)
        vgpu_diagnose(pp->diagnosis, name->line, "#undef needs the name of a macro");
    else
        vgpu_macro_undefine(&pp->macros, &macro);
    skip_line(pp);
}

static void do_error(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    const char *start = pp->lexer.at;

    skip_line(pp);
    while (start < pp->lexer.at && (*start == ' ' || *start == '\t'))
        start++;
    vgpu_diagnose(pp->diagnosis, name->line, "#error %.*s",
                  (int)(pp->lexer.at - start < 900 ? pp->lexer.at - start : 900), start);
}

static void do_nothing(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    (void)name;
    skip_line(pp);
}

static const struct {
    const char *name;
    void (*run)(struct vgpu_preprocessor *pp, const struct vgpu_token *name);
} directives[] = {
    {"define", do_define},  {"undef", do_undef},     {"if", do_if},
    {"ifdef", do_if},       {"ifndef", do_if},       {"elif", do_else},
    {"elifdef", do_else},   {"elifndef", do_else},   {"else", do_else},
    {"endif", do_endif},    {"error", do_error},     {"include", do_include},
    {"import", do_nothing}, {"pragma", do_pragma},   {"line", do_nothing},
    {"ident", do_nothing},  {"warning", do_nothing},
};

/* What follows a # at the start of a line. `# 12 "file"`, as preprocessors write it,
 * counts as #line. */
static void obey(struct vgpu_preprocessor *pp)
{
    struct vgpu_token name;

    vgpu_lex_in_line(&pp->lexer, &name);
    if (name.kind == VGPU_TOKEN_END || name.kind == VGPU_TOKEN_NUMBER) {
        skip_line(pp);
        return;
    }
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++) {
        if (vgpu_token_is(&name, directives[i].name)) {
            directives[i].run(pp, &name);
            return;
        }
    }
    vgpu_diagnose(pp->diagnosis, name.line, "unknown directive #%.*s", VGPU_QUOTE(&name));
}

/* The stream's source: tokens of the text between directives. */
static bool read_source(void *context, struct vgpu_token *token_out)
{
    struct vgpu_preprocessor *pp = context;

    while (!pp->diagnosis->status) {
        vgpu_lex(&pp->lexer, token_out);
        if (token_out->kind == VGPU_TOKEN_END) {
            if (!leave(pp))
                return false;
            continue;
        }
        if (!token_out->starts_line || !vgpu_token_is(token_out, "#"))
            return true;
        obey(pp);
    }
    return false;
}

/* "#define" lines for what is predefined and for the caller's "NAME=VALUE". */
static char *write_definitions(const char *const *defines, size_t num_defines)
{
    static const char *const predefined[] = {
#define PREDEFINED(text) text,
#include "predefined.def"
#undef PREDEFINED
    };
    struct vgpu_text text = {0};

    for (size_t i = 0; i < sizeof predefined / sizeof *predefined; i++) {
        vgpu_text_add(&text, "#define ");
        vgpu_text_add(&text, predefined[i]);
        vgpu_text_add(&text, "\n");
    }
    for (size_t i = 0; i < num_defines; i++) {
        const char *define = defines[i] ? defines[i] : "";
        const size_t length = strcspn(define, "\n");
        const char *equals = memchr(define, '=', length);
        vgpu_text_add(&text, "#define ");
        vgpu_text_append(&text, define, equals ? (size_t)(equals - define) : length);
        vgpu_text_add(&text, equals ? " " : " 1");
        if (equals)
            vgpu_text_append(&text, equals + 1, length - (size_t)(equals + 1 - define));
        vgpu_text_add(&text, "\n");
    }
    return vgpu_text_take(&text);
}

static void read_definitions(struct vgpu_preprocessor *pp)
{
    struct vgpu_token token;

    pp->lexer = (struct vgpu_lexer){.at = pp->definitions,
                                    .end = pp->definitions + strlen(pp->definitions),
                                    .diagnosis = pp->diagnosis,
                                    .starts_line = true};
    while (read_source(pp, &token))
        vgpu_diagnose(pp->diagnosis, 0, "a definition given as an option cannot be read");
}

void vgpu_preprocessor_init(struct vgpu_preprocessor *pp, const char *source,
                            size_t length, const struct vgpu_parse_options *options,
                            struct vgpu_diagnosis *diagnosis)
{
    *pp = (struct vgpu_preprocessor){.diagnosis = diagnosis};
    vgpu_macros_init(&pp->macros, diagnosis);
    vgpu_includes_init(&pp->includes, options, diagnosis);
    pp->stream = (struct vgpu_stream){.read = read_source, .context = pp};
    if (length > SOURCE_LIMIT) {
        vgpu_diagnose(diagnosis, 0, "the source has %zu bytes; at most %zu are read",
                      length, SOURCE_LIMIT);
        return;
    }
    pp->source = malloc(length + 1);
    pp->definitions = write_definitions(options->defines, options->num_defines);
    if (!pp->source || !pp->definitions) {
        vgpu_diagnose_no_memory(diagnosis);
        return;
    }
    read_definitions(pp);
    length = vgpu_splice_lines(source, length, pp->source);
    pp->lexer = (struct vgpu_lexer){.at = pp->source,
                                    .end = pp->source + length,
                                    .diagnosis = diagnosis,
                                    .line = 1,
                                    .starts_line = true};
}

void vgpu_preprocessor_fini(struct vgpu_preprocessor *pp)
{
    vgpu_macros_fini(&pp->macros);
    vgpu_includes_fini(&pp->includes);
    free(pp->source);
    free(pp->definitions);
}

bool vgpu_preprocessor_next(struct vgpu_preprocessor *pp, struct vgpu_token *token_out)
{
    if (!pp->stream.front)
        vgpu_arena_reset(&pp->macros.passing);
    return vgpu_macros_next(&pp->macros, &pp->stream, token_out);
}
