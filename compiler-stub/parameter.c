/* SPDX-License-Identifier: MIT */
/* A kernel's parameters, read from tokens. */
#include "parameter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool at_text(const struct vgpu_cursor *cursor, const char *text)
{
    return cursor->at < cursor->end && vgpu_token_is(cursor->at, text);
}

static bool fail(struct vgpu_cursor *cursor, const char *what)
{
    vgpu_diagnose(cursor->diagnosis, cursor->line, "%s: %s", cursor->subject, what);
    return false;
}

/* Address space and qualifiers as OpenCL reports them: const and volatile of what is
 * pointed to, restrict of the pointer. [OpenCL 3.0, 5.9.4] */
static bool set_pointer(struct vgpu_cursor *cursor, const struct vgpu_type *type,
                        struct vgpu_parameter *parameter)
{
    const struct vgpu_level *pointee = &type->levels[type->depth - 1];
    const struct vgpu_level *pointer = &type->levels[type->depth];

    if (pointee->space == VGPU_SPACE_PRIVATE)
        return fail(cursor,
                    pointee->has_space
                        ? "a kernel cannot be passed a pointer to private memory; write "
                          "__global, __constant or __local"
                        : "the pointer has no address space; write __global, __constant "
                          "or __local before its type");
    if (pointer->has_space && pointer->space != VGPU_SPACE_PRIVATE)
        return fail(cursor, "the pointer itself cannot be in another address space");
    parameter->is_pointer = true;
    parameter->size = sizeof(void *);
    parameter->space = pointee->space;
    parameter->qualifiers =
        (pointee->qualifiers & (VGPU_QUALIFIER_CONST | VGPU_QUALIFIER_VOLATILE)) |
        (pointer->qualifiers & VGPU_QUALIFIER_RESTRICT);
    if (pointee->space == VGPU_SPACE_CONSTANT)
        parameter->qualifiers |= VGPU_QUALIFIER_CONST;
    return true;
}

static bool set_value(struct vgpu_cursor *cursor, const struct vgpu_type *type,
                      struct vgpu_parameter *parameter)
{
    if (type->is_void)
        return fail(cursor, "it has the type void");
    if (type->is_nameless)
        return fail(cursor, "its struct has no name");
    if (type->levels[0].space != VGPU_SPACE_PRIVATE)
        return fail(cursor, "a value cannot be in an address space; is a '*' missing?");
    parameter->size = type->size;
    return true;
}

static bool add_parameter(struct vgpu_cursor *cursor,
                          struct vgpu_declaration *declaration,
                          const struct vgpu_type *type, const struct vgpu_token *name)
{
    struct vgpu_parameter parameter = {.kind = type->kind};
    struct vgpu_parameter *parameters;
    const uint32_t count = declaration->num_parameters;

    if (!(type->depth ? set_pointer(cursor, type, &parameter)
                      : set_value(cursor, type, &parameter)))
        return false;
    /* Grown to the next power of two whenever the count is one. */
    if ((count & (count - 1)) == 0) {
        parameters = realloc(declaration->parameters,
                             (count ? (size_t)count * 2 : 1) * sizeof *parameters);
        if (!parameters)
            goto no_memory;
        declaration->parameters = parameters;
    }
    parameter.name = name ? strndup(name->text, name->length) : strdup("");
    parameter.type = vgpu_type_print(type, false);
    parameter.same_as = vgpu_type_print(type, true);
    declaration->parameters[declaration->num_parameters++] = parameter;
    if (parameter.name && parameter.type && parameter.same_as)
        return true;
no_memory:
    vgpu_diagnose_no_memory(cursor->diagnosis);
    return false;
}

static void describe(struct vgpu_cursor *cursor,
                     const struct vgpu_declaration *declaration, char *subject,
                     size_t size)
{
    snprintf(subject, size, "parameter %u of kernel '%.80s'",
             declaration->num_parameters + 1, declaration->name);
    cursor->subject = subject;
    if (cursor->at < cursor->end)
        cursor->line = cursor->at->line;
}

static bool reads_void_alone(const struct vgpu_cursor *cursor)
{
    return cursor->end - cursor->at == 1 && vgpu_token_is(cursor->at, "void");
}

bool vgpu_parameters_read(struct vgpu_cursor *cursor,
                          struct vgpu_declaration *declaration)
{
    char subject[128];

    if (cursor->at == cursor->end || reads_void_alone(cursor))
        return true;
    for (;;) {
        const struct vgpu_token *name;
        struct vgpu_type type;

        describe(cursor, declaration, subject, sizeof subject);
        if (!vgpu_type_read(cursor, &type, &name) ||
            !add_parameter(cursor, declaration, &type, name))
            return false;
        if (cursor->at == cursor->end)
            return true;
        if (!at_text(cursor, ",")) {
            vgpu_diagnose(cursor->diagnosis, cursor->at->line,
                          "%s: '%.*s' is not expected", subject, VGPU_QUOTE(cursor->at));
            return false;
        }
        cursor->at++;
    }
}

/* The last ',' of "(type, name)", whose brackets `end` stands behind. */
static const struct vgpu_token *last_comma(const struct vgpu_token *start,
                                           const struct vgpu_token *end)
{
    return end - start >= 4 && vgpu_token_is(end - 3, ",") &&
                   end[-2].kind == VGPU_TOKEN_IDENTIFIER
               ? end - 3
               : NULL;
}

/* "(type, name)" */
static bool read_pair(struct vgpu_cursor *cursor, struct vgpu_declaration *declaration)
{
    const struct vgpu_token *start = cursor->at;
    struct vgpu_cursor inside = *cursor;
    const struct vgpu_token *name;
    struct vgpu_type type;

    if (!at_text(cursor, "(") || !vgpu_skip_brackets(cursor))
        return fail(cursor, "it is written (type, name)");
    inside.at = start + 1;
    inside.end = last_comma(start, cursor->at);
    if (!inside.end)
        return fail(cursor, "it is written (type, name)");
    if (!vgpu_type_read(&inside, &type, &name))
        return false;
    if (name || inside.at != inside.end)
        return fail(cursor, "its type cannot be read; it is written (type, name)");
    return add_parameter(cursor, declaration, &type, inside.end + 1);
}

bool vgpu_parameters_read_macro(struct vgpu_cursor *cursor,
                                struct vgpu_declaration *declaration)
{
    char subject[128];

    while (cursor->at < cursor->end) {
        describe(cursor, declaration, subject, sizeof subject);
        if (!read_pair(cursor, declaration))
            return false;
        if (cursor->at == cursor->end)
            return true;
        if (!at_text(cursor, ",") || ++cursor->at == cursor->end)
            return fail(cursor, "parameters are separated by ','");
    }
    return true;
}
