/* SPDX-License-Identifier: MIT */
/* The preprocessor: directives, and the texts that #include brings. */
#include "preprocess_internal.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define SOURCE_LIMIT ((size_t)64 << 20)

void vgpu_preprocessor_read_line(struct vgpu_preprocessor *pp, struct vgpu_tokens *line)
{
    struct vgpu_token token;
    do {
        vgpu_lex_in_line(&pp->lexer, &token);
    } while (token.kind != VGPU_TOKEN_END &&
             vgpu_tokens_append(line, &token, pp->diagnosis));
}

void vgpu_preprocessor_skip_line(struct vgpu_preprocessor *pp)
{
    struct vgpu_token token;
    do {
        vgpu_lex_in_line(&pp->lexer, &token);
    } while (token.kind != VGPU_TOKEN_END);
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
        vgpu_preprocessor_read_line(pp, &line);
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
    vgpu_preprocessor_skip_line(pp);
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
    vgpu_preprocessor_skip_line(pp);
}

/* Back to the text that included this one; false where none did, or this one lacks an
 * #endif. */
static bool leave(struct vgpu_preprocessor *pp)
{
    const struct vgpu_includer *includer;

    if (pp->num_conditionals > vgpu_conditionals_outside(pp)) {
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

    vgpu_preprocessor_read_line(pp, &line);
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
    vgpu_preprocessor_skip_line(pp);
}

static void do_error(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    const char *start = pp->lexer.at;

    vgpu_preprocessor_skip_line(pp);
    while (start < pp->lexer.at && (*start == ' ' || *start == '\t'))
        start++;
    vgpu_diagnose(pp->diagnosis, name->line, "#error %.*s",
                  (int)(pp->lexer.at - start < 900 ? pp->lexer.at - start : 900), start);
}

static void do_nothing(struct vgpu_preprocessor *pp, const struct vgpu_token *name)
{
    (void)name;
    vgpu_preprocessor_skip_line(pp);
}

static const struct {
    const char *name;
    void (*run)(struct vgpu_preprocessor *pp, const struct vgpu_token *name);
} directives[] = {
    {"define", do_define},
    {"undef", do_undef},
    {"if", vgpu_conditional_if},
    {"ifdef", vgpu_conditional_if},
    {"ifndef", vgpu_conditional_if},
    {"elif", vgpu_conditional_else},
    {"elifdef", vgpu_conditional_else},
    {"elifndef", vgpu_conditional_else},
    {"else", vgpu_conditional_else},
    {"endif", vgpu_conditional_endif},
    {"error", do_error},
    {"include", do_include},
    {"import", do_nothing},
    {"pragma", do_pragma},
    {"line", do_nothing},
    {"ident", do_nothing},
    {"warning", do_nothing},
};

/* What follows a # at the start of a line. `# 12 "file"`, as preprocessors write it,
 * counts as #line. */
static void obey(struct vgpu_preprocessor *pp)
{
    struct vgpu_token name;

    vgpu_lex_in_line(&pp->lexer, &name);
    if (name.kind == VGPU_TOKEN_END || name.kind == VGPU_TOKEN_NUMBER) {
        vgpu_preprocessor_skip_line(pp);
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
