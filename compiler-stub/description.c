/* SPDX-License-Identifier: MIT */
/* What a kernel says of itself, checked and read. */
#include "description.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "code_abi.h"
#include "cpu_feature.h"
#include "message.h"

/* Of the first version, which had no `code`, and of the second, which had no `item`. */
#define FIRST_SIZE  offsetof(struct vgpu_kernel_description, code)
#define SECOND_SIZE offsetof(struct vgpu_kernel_description, item)

const struct vgpu_built_code *vgpu_description_code(
    const struct vgpu_kernel_description *description)
{
    return description->size >= SECOND_SIZE ? description->code : NULL;
}

vgpu_item_fn *vgpu_description_item(const struct vgpu_kernel_description *description)
{
    return description->size >= sizeof *description ? description->item : NULL;
}

/* NULL where all is well. */
static const char *fault_of_code(const struct vgpu_built_code *code)
{
    if (code->version != VGPU_CODE_VERSION)
        return "vgpu-cc of another version compiled it; build it again";
    if (code->num_tables == 0)
        return "vgpu-cc left no code of it";
    if (!vgpu_cpu_has_features(code->features))
        return "it is compiled for another processor than this one; build it with an "
               "older CPU in vgpu_add_kernels";
    return NULL;
}

static const char *fault_of(const struct vgpu_kernel_description *d)
{
    const struct vgpu_built_code *code;

    if (d->size < FIRST_SIZE)
        return "its size field is too small: set it to sizeof(struct "
               "vgpu_kernel_description)";
    code = vgpu_description_code(d);
    if (!d->function && !code)
        return "it has no function";
    if ((unsigned)d->kind > VGPU_KIND_OF_KERNEL_GROUP)
        return "its kind is none of enum vgpu_kernel_kind";
    if (d->declaration && d->parameters)
        return "it has both a declaration and a macro's parameters; give one";
    if (!d->name && !d->declaration)
        return "it has neither name nor declaration";
    if (d->num_args > VGPU_MAX_KERNEL_ARGS)
        return "it has more than 64 arguments";
    return code ? fault_of_code(code) : NULL;
}

int vgpu_description_check(const struct vgpu_kernel_description *description)
{
    const char *fault =
        description ? fault_of(description) : "its description is a null pointer";
    const bool has_name =
        description && description->size >= FIRST_SIZE && description->name;

    if (!fault)
        return 0;
    vgpu_message("a kernel%s%.200s%s cannot be registered: %s", has_name ? " '" : "",
                 has_name ? description->name : "", has_name ? "'" : "", fault);
    return -EINVAL;
}

static const char *name_of(const struct vgpu_kernel_description *description)
{
    return description->name ? description->name : "(from its declaration)";
}

static int refuse_text(const struct vgpu_kernel_description *description,
                       const char *origin, const char *reason)
{
    vgpu_message("kernel '%.200s' of %.600s cannot be registered: %.800s",
                 name_of(description), origin, reason);
    return -EINVAL;
}

static int read_text(const struct vgpu_kernel_description *description,
                     const char *origin, struct vgpu_declaration *declaration_out)
{
    struct vgpu_declaration *declarations = NULL;
    char *error = NULL;
    size_t count = 0;
    int status;

    if (!description->declaration)
        status = vgpu_declaration_from_macro(description->name, description->parameters,
                                             declaration_out, &error);
    else
        status = vgpu_declarations_parse(description->declaration,
                                         strlen(description->declaration), NULL,
                                         &declarations, &count, NULL, &error);
    if (status == -EINVAL)
        refuse_text(description, origin, error);
    free(error);
    if (status || !description->declaration)
        return status;
    if (count != 1) {
        vgpu_declarations_free(declarations, count);
        return refuse_text(description, origin,
                           "its declaration must hold one __kernel void name(...)");
    }
    *declaration_out = declarations[0];
    free(declarations);
    if (description->name && strcmp(description->name, declaration_out->name) != 0) {
        vgpu_declaration_fini(declaration_out);
        return refuse_text(description, origin,
                           "its declaration is that of another name");
    }
    return 0;
}

static int settle_size(const struct vgpu_kernel_description *description,
                       const char *origin, struct vgpu_parameter *parameter, uint32_t i)
{
    const size_t given =
        description->arg_sizes ? description->arg_sizes[i] : parameter->size;

    if (given == 0) {
        vgpu_message(
            "kernel '%.200s' of %.600s cannot be registered: the size of argument %u "
            "(%.100s %.100s) is not known; give it in arg_sizes",
            name_of(description), origin, i, parameter->type, parameter->name);
        return -EINVAL;
    }
    if (parameter->size && parameter->size != given) {
        vgpu_message(
            "kernel '%.200s' of %.600s cannot be registered: argument %u (%.100s %.100s) "
            "has %zu bytes in OpenCL, but %zu are given; use a cl_ type for it",
            name_of(description), origin, i, parameter->type, parameter->name,
            parameter->size, given);
        return -EINVAL;
    }
    parameter->size = given;
    return 0;
}

int vgpu_description_read(const struct vgpu_kernel_description *description,
                          const char *origin, struct vgpu_declaration *declaration_out)
{
    struct vgpu_declaration declaration;
    int status = read_text(description, origin, &declaration);

    if (status)
        return status;
    if (declaration.num_parameters != description->num_args) {
        vgpu_message(
            "kernel '%.200s' of %.600s cannot be registered: it is declared with %u "
            "arguments, but num_args is %u",
            name_of(description), origin, declaration.num_parameters,
            description->num_args);
        status = -EINVAL;
    }
    for (uint32_t i = 0; i < declaration.num_parameters && !status; i++)
        status = settle_size(description, origin, &declaration.parameters[i], i);
    if (status)
        vgpu_declaration_fini(&declaration);
    else
        *declaration_out = declaration;
    return status;
}
