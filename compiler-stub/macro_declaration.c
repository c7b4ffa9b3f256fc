/* SPDX-License-Identifier: MIT */
/* Kernel declarations in the text of VGPU_KERNEL. */
#include "declaration.h"

#include <string.h>

#include "parameter.h"

static bool is_identifier(const char *name)
{
    struct vgpu_diagnosis ignored = {0};
    struct vgpu_lexer lexer = {
        .at = name, .end = name + strlen(name), .diagnosis = &ignored, .line = 1};
    struct vgpu_token token;

    vgpu_lex(&lexer, &token);
    vgpu_diagnosis_finish(&ignored, NULL);
    return token.kind == VGPU_TOKEN_IDENTIFIER && token.length == strlen(name);
}

static void read_macro(const char *parameters, struct vgpu_declaration *declaration,
                       struct vgpu_diagnosis *diagnosis)
{
    struct vgpu_lexer lexer = {.at = parameters,
                               .end = parameters + strlen(parameters),
                               .diagnosis = diagnosis,
                               .line = 1};
    struct vgpu_tokens tokens = {0};
    struct vgpu_token token;
    struct vgpu_cursor cursor = {.diagnosis = diagnosis};

    for (;;) {
        vgpu_lex(&lexer, &token);
        if (token.kind == VGPU_TOKEN_END)
            break;
        token.line = 0; /* a macro's text has one line, of no use to the reader */
        if (!vgpu_tokens_append(&tokens, &token, diagnosis))
            break;
    }
    if (!diagnosis->status && tokens.count) {
        cursor.at = tokens.items;
        cursor.end = tokens.items + tokens.count;
        vgpu_parameters_read_macro(&cursor, declaration);
    }
    vgpu_tokens_fini(&tokens);
}

int vgpu_declaration_from_macro(const char *name, const char *parameters,
                                struct vgpu_declaration *declaration_out,
                                char **error_out)
{
    struct vgpu_diagnosis diagnosis = {0};
    struct vgpu_declaration declaration = {0};

    if (!name || !is_identifier(name)) {
        vgpu_diagnose(&diagnosis, 0, "'%.80s' cannot be the name of a kernel",
                      name ? name : "(null)");
        return vgpu_diagnosis_finish(&diagnosis, error_out);
    }
    declaration.name = strdup(name);
    declaration.attributes = strdup("");
    if (!declaration.name || !declaration.attributes)
        vgpu_diagnose_no_memory(&diagnosis);
    else if (parameters)
        read_macro(parameters, &declaration, &diagnosis);
    if (diagnosis.status)
        vgpu_declaration_fini(&declaration);
    else
        *declaration_out = declaration;
    return vgpu_diagnosis_finish(&diagnosis, error_out);
}
