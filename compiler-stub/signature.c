/* SPDX-License-Identifier: MIT */
/* Kernel declarations: compared, printed, freed. */
#include "declaration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static bool sizes_differ(const struct vgpu_parameter *a, const struct vgpu_parameter *b)
{
    return a->size && b->size && a->size != b->size;
}

static size_t count_stars(const char *type)
{
    size_t count = 0;
    for (; *type; type++)
        count += *type == '*';
    return count;
}

static bool names_meet(const struct vgpu_parameter *a, const struct vgpu_parameter *b)
{
    return strcmp(a->type, b->type) == 0 || strcmp(a->same_as, b->same_as) == 0 ||
           strcmp(a->type, b->same_as) == 0 || strcmp(a->same_as, b->type) == 0;
}

static bool may_be_unexplained(const struct vgpu_parameter *parameter)
{
    return parameter->kind == VGPU_TYPE_BUILTIN || parameter->kind == VGPU_TYPE_UNKNOWN;
}

static bool parameters_match(const struct vgpu_parameter *a,
                             const struct vgpu_parameter *b)
{
    if (a->is_pointer != b->is_pointer || a->space != b->space || sizes_differ(a, b))
        return false;
    if (names_meet(a, b))
        return true;
    if (a->kind != VGPU_TYPE_UNKNOWN && b->kind != VGPU_TYPE_UNKNOWN)
        return false;
    return may_be_unexplained(a) && may_be_unexplained(b) &&
           count_stars(a->same_as) == count_stars(b->same_as);
}

bool vgpu_declaration_matches(const struct vgpu_declaration *a,
                              const struct vgpu_declaration *b)
{
    if (strcmp(a->name, b->name) != 0 || a->num_parameters != b->num_parameters)
        return false;
    for (uint32_t i = 0; i < a->num_parameters; i++) {
        if (!parameters_match(&a->parameters[i], &b->parameters[i]))
            return false;
    }
    return true;
}

static void print_space(struct vgpu_text *text, const struct vgpu_parameter *parameter)
{
    static const char *const names[] = {[VGPU_SPACE_PRIVATE] = "",
                                        [VGPU_SPACE_GLOBAL] = "__global ",
                                        [VGPU_SPACE_CONSTANT] = "__constant ",
                                        [VGPU_SPACE_LOCAL] = "__local "};
    vgpu_text_add(text, names[parameter->space]);
    /* __constant says so already. */
    if (parameter->qualifiers & VGPU_QUALIFIER_CONST &&
        parameter->space != VGPU_SPACE_CONSTANT)
        vgpu_text_add(text, "const ");
    if (parameter->qualifiers & VGPU_QUALIFIER_VOLATILE)
        vgpu_text_add(text, "volatile ");
}

/* The star, the name and what follows it; `type` goes on behind the last star. */
static void print_declarator(struct vgpu_text *text,
                             const struct vgpu_parameter *parameter,
                             const char *after_star)
{
    vgpu_text_add(text, "*");
    if (parameter->qualifiers & VGPU_QUALIFIER_RESTRICT)
        vgpu_text_add(text, *parameter->name ? "restrict " : "restrict");
    vgpu_text_add(text, parameter->name);
    vgpu_text_add(text, after_star);
}

static void print_pointer(struct vgpu_text *text, const struct vgpu_parameter *parameter)
{
    const char *first = strchr(parameter->type, '*');
    const char *last = strrchr(parameter->type, '*');
    const bool has_bracket = last[1] == ')';
    const size_t inner = (size_t)(last - has_bracket - first);

    /* What a pointer's own pointee says stands before the last star. */
    if (first == last) {
        print_space(text, parameter);
        vgpu_text_append(text, parameter->type,
                         (size_t)(first - has_bracket - parameter->type));
        vgpu_text_add(text, " ");
    } else {
        vgpu_text_append(text, parameter->type, (size_t)(first - parameter->type));
        vgpu_text_add(text, " ");
        vgpu_text_append(text, first, inner);
        print_space(text, parameter);
    }
    if (has_bracket)
        vgpu_text_add(text, "(");
    print_declarator(text, parameter, last + 1);
}

static void print_parameter(struct vgpu_text *text,
                            const struct vgpu_parameter *parameter)
{
    if (parameter->is_pointer) {
        print_pointer(text, parameter);
        return;
    }
    vgpu_text_add(text, parameter->type);
    if (*parameter->name)
        vgpu_text_add(text, " ");
    vgpu_text_add(text, parameter->name);
}

char *vgpu_declaration_print(const struct vgpu_declaration *declaration)
{
    struct vgpu_text text = {0};

    vgpu_text_add(&text, "__kernel void ");
    vgpu_text_add(&text, declaration->name);
    vgpu_text_add(&text, "(");
    for (uint32_t i = 0; i < declaration->num_parameters; i++) {
        if (i > 0)
            vgpu_text_add(&text, ", ");
        print_parameter(&text, &declaration->parameters[i]);
    }
    vgpu_text_add(&text, ")");
    return vgpu_text_take(&text);
}

static bool copy_parameter(const struct vgpu_parameter *from, struct vgpu_parameter *to)
{
    *to = *from;
    to->name = strdup(from->name);
    to->type = strdup(from->type);
    to->same_as = strdup(from->same_as);
    return to->name && to->type && to->same_as;
}

int vgpu_declaration_copy(const struct vgpu_declaration *declaration,
                          struct vgpu_declaration *copy_out)
{
    struct vgpu_declaration copy = *declaration;
    bool ok;

    copy.name = strdup(declaration->name);
    copy.attributes = strdup(declaration->attributes);
    copy.parameters =
        calloc((size_t)declaration->num_parameters + 1, sizeof *copy.parameters);
    copy.num_parameters = 0; /* as many as vgpu_declaration_fini has to look at */
    ok = copy.name && copy.attributes && copy.parameters;
    while (ok && copy.num_parameters < declaration->num_parameters) {
        const uint32_t i = copy.num_parameters++;
        ok = copy_parameter(&declaration->parameters[i], &copy.parameters[i]);
    }
    if (!ok) {
        vgpu_declaration_fini(&copy);
        return -ENOMEM;
    }
    *copy_out = copy;
    return 0;
}

bool vgpu_declaration_is_same(const struct vgpu_declaration *a,
                              const struct vgpu_declaration *b)
{
    char *a_text = vgpu_declaration_print(a);
    char *b_text = vgpu_declaration_print(b);
    const bool is_same = a_text && b_text && strcmp(a_text, b_text) == 0 &&
                         strcmp(a->attributes, b->attributes) == 0 &&
                         vgpu_declaration_matches(a, b);

    free(a_text);
    free(b_text);
    return is_same;
}

void vgpu_declaration_fini(struct vgpu_declaration *declaration)
{
    for (uint32_t i = 0; i < declaration->num_parameters; i++) {
        free(declaration->parameters[i].name);
        free(declaration->parameters[i].type);
        free(declaration->parameters[i].same_as);
    }
    free(declaration->parameters);
    free(declaration->attributes);
    free(declaration->name);
    *declaration = (struct vgpu_declaration){0};
}

void vgpu_declarations_free(struct vgpu_declaration *declarations, size_t count)
{
    for (size_t i = 0; i < count; i++)
        vgpu_declaration_fini(&declarations[i]);
    free(declarations);
}
