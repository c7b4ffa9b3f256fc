/* SPDX-License-Identifier: MIT */
/* The kernels of a module, as clang's metadata and LLVM's types describe them. */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "text.h"

/* What clang says of a kernel: a list each. */
enum note {
    ADDR_SPACE,
    TYPE,
    BASE_TYPE,
    TYPE_QUAL,
    NAME,
    REQUIRED_SIZE,
    HINTED_SIZE,
    VECTOR_HINT,
    NUM_NOTES
};

static const char *const note_names[NUM_NOTES] = {
    [ADDR_SPACE] = "kernel_arg_addr_space",
    [TYPE] = "kernel_arg_type",
    [BASE_TYPE] = "kernel_arg_base_type",
    [TYPE_QUAL] = "kernel_arg_type_qual",
    [NAME] = "kernel_arg_name",
    [REQUIRED_SIZE] = "reqd_work_group_size",
    [HINTED_SIZE] = "work_group_size_hint",
    [VECTOR_HINT] = "vec_type_hint",
};

/* Of the types that have names, by what a base type can be. */
static const struct known_type {
    const char *name;
    enum vgpu_type_kind kind;
} known_types[] = {
#define SCALAR(name, same_as, reported, size) {name, VGPU_TYPE_BUILTIN},
#define PLAIN(name, same_as, reported, size)  {name, VGPU_TYPE_BUILTIN},
#define OPAQUE(name)                          {name, VGPU_TYPE_OPAQUE},
#include "type.def"
#undef SCALAR
#undef PLAIN
#undef OPAQUE
};

struct kernel {
    struct vgpu_cc_module *module;
    LLVMValueRef function;
    LLVMValueRef notes[NUM_NOTES]; /* as values, or NULL */
};

static void find_notes(struct kernel *kernel)
{
    size_t count = 0;
    LLVMValueMetadataEntry *entries = LLVMGlobalCopyAllMetadata(kernel->function, &count);

    for (unsigned i = 0; i < count; i++) {
        const unsigned kind = LLVMValueMetadataEntriesGetKind(entries, i);

        for (int note = 0; note < NUM_NOTES; note++) {
            if (kind == LLVMGetMDKindIDInContext(kernel->module->context,
                                                 note_names[note],
                                                 (unsigned)strlen(note_names[note])))
                kernel->notes[note] =
                    LLVMMetadataAsValue(kernel->module->context,
                                        LLVMValueMetadataEntriesGetMetadata(entries, i));
        }
    }
    LLVMDisposeValueMetadataEntries(entries);
}

/* An element of a note, or NULL. */
static LLVMValueRef element(const struct kernel *kernel, enum note note, unsigned index)
{
    LLVMValueRef list = kernel->notes[note];
    LLVMValueRef *elements;
    LLVMValueRef found = NULL;
    unsigned count;

    if (!list)
        return NULL;
    count = LLVMGetMDNodeNumOperands(list);
    elements = calloc(count + 1, sizeof(LLVMValueRef));
    if (elements && index < count) {
        LLVMGetMDNodeOperands(list, elements);
        found = elements[index];
    }
    free(elements);
    return found;
}

static const char *text_of(const struct kernel *kernel, enum note note, unsigned index)
{
    LLVMValueRef value = element(kernel, note, index);
    unsigned length;
    const char *text = value ? LLVMGetMDString(value, &length) : NULL;

    return text ? text : "";
}

static uint64_t number_of(const struct kernel *kernel, enum note note, unsigned index)
{
    LLVMValueRef value = element(kernel, note, index);

    return value && LLVMIsAConstantInt(value) ? LLVMConstIntGetZExtValue(value) : 0;
}

/* Of the base type's name without vector lengths and stars. */
static enum vgpu_type_kind kind_of(const char *base)
{
    const size_t length = strcspn(base, "*(");
    const struct known_type *end = known_types + sizeof known_types / sizeof *known_types;

    if (strncmp(base, "struct ", 7) == 0 || strncmp(base, "union ", 6) == 0)
        return VGPU_TYPE_STRUCT;
    for (const struct known_type *type = known_types; type < end; type++) {
        const size_t n = strlen(type->name);

        if (length >= n && strncmp(base, type->name, n) == 0 &&
            n + strspn(base + n, "0123456789") == length)
            return type->kind;
    }
    return VGPU_TYPE_STRUCT;
}

/* An enum's values are ints; clang names the enum, or what a typedef calls it. */
static bool is_enum(const struct vgpu_parameter *parameter, LLVMTypeRef type)
{
    return strncmp(parameter->same_as, "enum ", 5) == 0 ||
           (!parameter->is_pointer && parameter->kind == VGPU_TYPE_STRUCT &&
            LLVMGetTypeKind(type) == LLVMIntegerTypeKind);
}

static bool resolve_enum(struct vgpu_parameter *parameter)
{
    struct vgpu_text text = {0};

    vgpu_text_add(&text, "int");
    vgpu_text_add(&text, parameter->same_as + strcspn(parameter->same_as, "*("));
    free(parameter->same_as);
    parameter->same_as = vgpu_text_take(&text);
    parameter->kind = VGPU_TYPE_BUILTIN;
    return parameter->same_as != NULL;
}

static unsigned qualifiers_of(const char *text)
{
    return (strstr(text, "const") ? VGPU_QUALIFIER_CONST : 0u) |
           (strstr(text, "restrict") ? VGPU_QUALIFIER_RESTRICT : 0u) |
           (strstr(text, "volatile") ? VGPU_QUALIFIER_VOLATILE : 0u);
}

/* A struct is passed by a pointer that says what it points to. */
static LLVMTypeRef value_type(const struct kernel *kernel, unsigned index)
{
    LLVMAttributeRef byval = LLVMGetEnumAttributeAtIndex(
        kernel->function, index + 1, LLVMGetEnumAttributeKindForName("byval", 5));

    return byval ? LLVMGetTypeAttributeValue(byval)
                 : LLVMTypeOf(LLVMGetParam(kernel->function, index));
}

static bool read_parameter(const struct kernel *kernel, unsigned index,
                           struct vgpu_parameter *parameter)
{
    static const enum vgpu_address_space spaces[] = {
        VGPU_SPACE_PRIVATE, VGPU_SPACE_GLOBAL, VGPU_SPACE_CONSTANT, VGPU_SPACE_LOCAL};
    const uint64_t space = number_of(kernel, ADDR_SPACE, index);
    const LLVMTypeRef type = value_type(kernel, index);

    parameter->name = strdup(text_of(kernel, NAME, index));
    parameter->type = vgpu_cc_type_normalise(text_of(kernel, TYPE, index));
    parameter->same_as = vgpu_cc_type_normalise(text_of(kernel, BASE_TYPE, index));
    if (!parameter->name || !parameter->type || !parameter->same_as)
        return false;
    parameter->kind = kind_of(parameter->same_as);
    parameter->is_pointer = strchr(parameter->same_as, '*') != NULL;
    if (parameter->is_pointer) {
        parameter->space = spaces[space < 4 ? space : 1];
        parameter->qualifiers = qualifiers_of(text_of(kernel, TYPE_QUAL, index));
    }
    if (parameter->kind != VGPU_TYPE_OPAQUE || parameter->is_pointer)
        parameter->size = LLVMABISizeOfType(kernel->module->layout, type);
    return !is_enum(parameter, type) || resolve_enum(parameter);
}

static void add_sizes(struct vgpu_text *text, const struct kernel *kernel, enum note note,
                      size_t sizes[3])
{
    char words[80];

    if (!kernel->notes[note])
        return;
    for (unsigned i = 0; i < 3; i++)
        sizes[i] = number_of(kernel, note, i);
    snprintf(words, sizeof words, "%s%s(%zu,%zu,%zu)", text->length ? " " : "",
             note_names[note], sizes[0], sizes[1], sizes[2]);
    vgpu_text_add(text, words);
}

/* vec_type_hint's type, as OpenCL C calls it. */
static void add_vector_hint(struct vgpu_text *text, const struct kernel *kernel)
{
    static const char *const integers[][2] = {
        {"uchar", "char"}, {"ushort", "short"}, {"uint", "int"}, {"ulong", "long"}};
    LLVMValueRef value = element(kernel, VECTOR_HINT, 0);
    const bool is_signed = number_of(kernel, VECTOR_HINT, 1) != 0;
    LLVMTypeRef type = value ? LLVMTypeOf(value) : kernel->module->i32;
    const bool is_vector = LLVMGetTypeKind(type) == LLVMVectorTypeKind;
    const unsigned lanes = is_vector ? LLVMGetVectorSize(type) : 1;
    const char *name = "int";
    char words[80];

    if (!value)
        return;
    if (is_vector)
        type = LLVMGetElementType(type);
    switch (LLVMGetTypeKind(type)) {
    case LLVMHalfTypeKind:
        name = "half";
        break;
    case LLVMFloatTypeKind:
        name = "float";
        break;
    case LLVMDoubleTypeKind:
        name = "double";
        break;
    case LLVMIntegerTypeKind:
        for (unsigned i = 0; i < 4; i++)
            if (LLVMGetIntTypeWidth(type) == 8u << i)
                name = integers[i][is_signed];
        break;
    default:
        break;
    }
    snprintf(words, sizeof words,
             lanes > 1 ? "%svec_type_hint(%s%u)" : "%svec_type_hint(%s)",
             text->length ? " " : "", name, lanes);
    vgpu_text_add(text, words);
}

static bool read_declaration(struct kernel *kernel, struct vgpu_declaration *declaration)
{
    const unsigned count = LLVMCountParams(kernel->function);
    struct vgpu_text attributes = {0};
    size_t length;

    find_notes(kernel);
    declaration->is_definition = true;
    declaration->name = strdup(LLVMGetValueName2(kernel->function, &length));
    declaration->parameters = calloc((size_t)count + 1, sizeof *declaration->parameters);
    add_sizes(&attributes, kernel, REQUIRED_SIZE, declaration->required_local_size);
    add_sizes(&attributes, kernel, HINTED_SIZE, declaration->hinted_local_size);
    add_vector_hint(&attributes, kernel);
    declaration->attributes = vgpu_text_take(&attributes);
    if (!declaration->name || !declaration->parameters || !declaration->attributes)
        return vgpu_cc_error(kernel->module, "out of memory");
    if (count > 0 &&
        (!kernel->notes[TYPE] || LLVMGetMDNodeNumOperands(kernel->notes[TYPE]) != count))
        return vgpu_cc_error(kernel->module, "kernel '%s' says nothing of its parameters",
                             declaration->name);
    while (declaration->num_parameters < count) {
        const unsigned i = declaration->num_parameters++;

        if (!read_parameter(kernel, i, &declaration->parameters[i]))
            return vgpu_cc_error(kernel->module, "out of memory");
    }
    return true;
}

bool vgpu_cc_kernels_read(struct vgpu_cc_module *module,
                          struct vgpu_unit_kernel **kernels_out, size_t *count_out)
{
    struct vgpu_unit_kernel *kernels;
    size_t count = 0, done = 0;

    VGPU_CC_EACH_FUNCTION (f, module->module)
        count += vgpu_cc_is_kernel(f);
    kernels = calloc(count + 1, sizeof *kernels);
    if (!kernels)
        return vgpu_cc_error(module, "out of memory");
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        struct kernel kernel = {.module = module, .function = f};

        if (vgpu_cc_is_kernel(f) &&
            !read_declaration(&kernel, &kernels[done++].declaration)) {
            vgpu_cc_kernels_free(kernels, done);
            return false;
        }
    }
    *kernels_out = kernels;
    *count_out = count;
    return true;
}

void vgpu_cc_kernels_free(struct vgpu_unit_kernel *kernels, size_t count)
{
    for (size_t i = 0; i < count; i++)
        vgpu_declaration_fini(&kernels[i].declaration);
    free(kernels);
}
