/* SPDX-License-Identifier: MIT */
/* Reading and writing the mangled names of OpenCL C's functions. */
#include "demangle.h"

#include <stdio.h>
#include <string.h>

enum kind { KIND_V, KIND_U, KIND_S, KIND_F };

static const struct {
    const char *name;
    const char *code;
    unsigned bits;
    enum kind kind;
} scalars[] = {
    [VGPU_CC_OTHER] = {"", "", 0, KIND_V},
#define SCALAR(identifier, name, code, bits, kind) \
    [VGPU_CC_##identifier] = {name, code, bits, KIND_##kind},
#include "scalar.def"
#undef SCALAR
};
#define NUM_SCALARS (sizeof(scalars) / sizeof(scalars[0]))

static const struct {
    const char *qualifier, *word;
    enum vgpu_cc_space space;
} spaces[] = {
    {"CLprivate", "__private ", VGPU_CC_PRIVATE},
    {"CLglobal", "__global ", VGPU_CC_GLOBAL},
    {"CLconstant", "__constant ", VGPU_CC_CONSTANT},
    {"CLlocal", "__local ", VGPU_CC_LOCAL},
    {"CLgeneric", "", VGPU_CC_GENERIC},
    {"CLdevice", "__global ", VGPU_CC_GLOBAL},
    {"CLhost", "__global ", VGPU_CC_GLOBAL},
    {"AS0", "__private ", VGPU_CC_PRIVATE},
    {"AS1", "__global ", VGPU_CC_GLOBAL},
    {"AS2", "__constant ", VGPU_CC_CONSTANT},
    {"AS3", "__local ", VGPU_CC_LOCAL},
    {"AS4", "", VGPU_CC_GENERIC},
};
#define NUM_SPACES (sizeof(spaces) / sizeof(spaces[0]))

#define MAX_SUBSTITUTIONS 32
#define MAX_DEPTH         8

struct reader {
    const char *at;
    struct vgpu_cc_type substitutions[MAX_SUBSTITUTIONS];
    unsigned num_substitutions;
    unsigned depth;
};

static bool read_type(struct reader *reader, struct vgpu_cc_type *type);

/* Reads <decimal length><name>. */
static bool read_name(struct reader *reader, char *out, size_t size)
{
    size_t length = 0;
    const char *at = reader->at;

    if (*at < '1' || *at > '9')
        return false;
    for (; *at >= '0' && *at <= '9'; at++)
        if ((length = length * 10 + (size_t)(*at - '0')) > 4096)
            return false;
    if (memchr(at, '\0', length))
        return false;
    snprintf(out, size, "%.*s", (int)length, at);
    reader->at = at + length;
    return length < size;
}

static bool remember(struct reader *reader, const struct vgpu_cc_type *type)
{
    if (reader->num_substitutions == MAX_SUBSTITUTIONS)
        return false;
    reader->substitutions[reader->num_substitutions++] = *type;
    return true;
}

/* S_ is the first, S0_ the second, S1_ the third; numbers have base 36. */
static bool read_substitution(struct reader *reader, struct vgpu_cc_type *type)
{
    unsigned index = 0;

    reader->at++;
    if (*reader->at != '_') {
        for (; *reader->at != '_'; reader->at++) {
            char c = *reader->at;
            unsigned digit;
            if (c >= '0' && c <= '9')
                digit = (unsigned)(c - '0');
            else if (c >= 'A' && c <= 'Z')
                digit = (unsigned)(c - 'A') + 10;
            else
                return false;
            if ((index = index * 36 + digit) > MAX_SUBSTITUTIONS)
                return false;
        }
        index++;
    }
    reader->at++;
    if (index >= reader->num_substitutions)
        return false;
    *type = reader->substitutions[index];
    return true;
}

static bool read_vector(struct reader *reader, struct vgpu_cc_type *type)
{
    unsigned lanes = 0;

    for (reader->at += 2; *reader->at >= '0' && *reader->at <= '9'; reader->at++)
        if ((lanes = lanes * 10 + (unsigned)(*reader->at - '0')) > 64)
            return false;
    if (lanes == 0 || *reader->at++ != '_' || !read_type(reader, type))
        return false;
    type->lanes = lanes;
    return !type->is_pointer && remember(reader, type);
}

static bool read_space(struct reader *reader, struct vgpu_cc_type *type)
{
    char name[24];

    if (!read_name(reader, name, sizeof(name)))
        return false;
    for (size_t i = 0; i < NUM_SPACES; i++)
        if (strcmp(name, spaces[i].qualifier) == 0) {
            type->space = spaces[i].space;
            return true;
        }
    return false;
}

/* What a pointer points at: qualifiers, of which all together are one candidate for
 * substitution, and a type. */
static bool read_pointee(struct reader *reader, struct vgpu_cc_type *type)
{
    struct vgpu_cc_type qualifiers = {0};
    bool is_qualified = false;

    for (;; is_qualified = true) {
        if (reader->at[0] == 'U' && strncmp(reader->at, "U7_Atomic", 9) != 0) {
            reader->at++;
            if (!read_space(reader, &qualifiers))
                return false;
        } else if (reader->at[0] == 'r') {
            reader->at++;
        } else if (reader->at[0] == 'V') {
            qualifiers.is_volatile = true;
            reader->at++;
        } else if (reader->at[0] == 'K') {
            qualifiers.is_const = true;
            reader->at++;
        } else {
            break;
        }
    }
    if (!read_type(reader, type) || type->is_pointer)
        return false;
    type->is_const |= qualifiers.is_const;
    type->is_volatile |= qualifiers.is_volatile;
    if (qualifiers.space != VGPU_CC_NO_SPACE)
        type->space = qualifiers.space;
    return !is_qualified || remember(reader, type);
}

static bool read_scalar(struct reader *reader, struct vgpu_cc_type *type)
{
    for (size_t i = 1; i < NUM_SCALARS; i++) {
        size_t length = strlen(scalars[i].code);
        if (strncmp(reader->at, scalars[i].code, length) == 0) {
            type->scalar = (enum vgpu_cc_scalar)i;
            reader->at += length;
            return true;
        }
    }
    return false;
}

static bool read_type_at_depth(struct reader *reader, struct vgpu_cc_type *type)
{
    if (*reader->at == 'S')
        return read_substitution(reader, type);
    if (strncmp(reader->at, "Dv", 2) == 0)
        return read_vector(reader, type);
    if (*reader->at == 'P') {
        reader->at++;
        if (!read_pointee(reader, type))
            return false;
        type->is_pointer = true;
        return remember(reader, type);
    }
    if (strncmp(reader->at, "U7_Atomic", 9) == 0) {
        reader->at += 9;
        if (!read_type(reader, type))
            return false;
        type->is_atomic = true;
        return remember(reader, type);
    }
    if (*reader->at >= '1' && *reader->at <= '9') {
        bool is_builtin; /* OpenCL's opaque types are no candidates */
        if (!read_name(reader, type->other, sizeof(type->other)))
            return false;
        if (strncmp(type->other, "memory_", 7) == 0)
            type->scalar = VGPU_CC_INT; /* memory_order, memory_scope: enumerations */
        is_builtin = strncmp(type->other, "ocl_", 4) == 0;
        return is_builtin || remember(reader, type);
    }
    return read_scalar(reader, type);
}

static bool read_type(struct reader *reader, struct vgpu_cc_type *type)
{
    bool is_read;

    if (reader->depth == MAX_DEPTH)
        return false;
    memset(type, 0, sizeof(*type));
    type->lanes = 1;
    reader->depth++;
    is_read = read_type_at_depth(reader, type);
    reader->depth--;
    return is_read;
}

bool vgpu_cc_demangle(const char *mangled, struct vgpu_cc_signature *signature_out)
{
    struct vgpu_cc_signature signature = {0};
    struct reader reader = {.at = mangled + 2};

    if (strncmp(mangled, "_Z", 2) != 0 ||
        !read_name(&reader, signature.name, sizeof(signature.name)) || !*reader.at)
        return false;
    if (strcmp(reader.at, "v") == 0)
        reader.at++;
    while (*reader.at) {
        if (signature.num_parameters == VGPU_CC_MAX_PARAMETERS ||
            !read_type(&reader, &signature.parameters[signature.num_parameters]))
            return false;
        signature.num_parameters++;
    }
    *signature_out = signature;
    return true;
}

static const char *space_qualifier(enum vgpu_cc_space space)
{
    for (size_t i = 0; i < NUM_SPACES; i++)
        if (spaces[i].space == space)
            return spaces[i].qualifier;
    return "";
}

/* Appends a parameter; the first pointer makes two candidates for substitution, what it
 * points at and itself, and is repeated as the second. */
static bool append_parameter(const struct vgpu_cc_type *type,
                             const struct vgpu_cc_type **pointer, char *out, size_t size)
{
    const char *code = scalars[type->scalar].code;
    const char *qualifier = space_qualifier(type->space);
    int length;

    if (type->lanes != 1 || type->scalar == VGPU_CC_OTHER)
        return false;
    if (!type->is_pointer) {
        length = snprintf(out, size, "%s", code);
    } else if (!*pointer) {
        length = snprintf(out, size, "PU%zu%s%s", strlen(qualifier), qualifier, code);
        *pointer = type;
    } else {
        if ((*pointer)->scalar != type->scalar || (*pointer)->space != type->space)
            return false;
        length = snprintf(out, size, "S0_");
    }
    return length >= 0 && (size_t)length < size;
}

bool vgpu_cc_mangle(const struct vgpu_cc_signature *signature, char *out, size_t size)
{
    const struct vgpu_cc_type *pointer = NULL;
    int used = snprintf(out, size, "_Z%zu%s%s", strlen(signature->name), signature->name,
                        signature->num_parameters == 0 ? "v" : "");

    if (used < 0 || (size_t)used >= size)
        return false;
    for (unsigned i = 0; i < signature->num_parameters; i++) {
        size_t length = strlen(out);
        if (!append_parameter(&signature->parameters[i], &pointer, out + length,
                              size - length))
            return false;
    }
    return true;
}

static void print_type(const struct vgpu_cc_type *type, char *out, size_t size)
{
    const char *word = "";
    const char *name =
        type->scalar == VGPU_CC_OTHER ? type->other : scalars[type->scalar].name;
    char lanes[12] = "";

    for (size_t i = 0; i < NUM_SPACES && !*word; i++)
        if (type->is_pointer && spaces[i].space == type->space)
            word = spaces[i].word;
    if (strncmp(name, "ocl_", 4) == 0)
        name += 4;
    if (type->lanes > 1)
        snprintf(lanes, sizeof(lanes), "%u", type->lanes);
    snprintf(out, size, "%s%s%s%s%s%s%s", type->is_volatile ? "volatile " : "", word,
             type->is_const ? "const " : "", type->is_atomic ? "atomic_" : "", name,
             lanes, type->is_pointer ? " *" : "");
}

void vgpu_cc_signature_print(const struct vgpu_cc_signature *signature, char *out,
                             size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s(", signature->name);

    for (unsigned i = 0; i < signature->num_parameters && used < size; i++) {
        char text[80];
        print_type(&signature->parameters[i], text, sizeof(text));
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", text);
    }
    if (used < size)
        snprintf(out + used, size - used, ")");
}

enum vgpu_cc_scalar vgpu_cc_scalar_named(const char *name, size_t length)
{
    for (size_t i = 1; i < NUM_SCALARS; i++)
        if (strlen(scalars[i].name) == length &&
            memcmp(scalars[i].name, name, length) == 0)
            return (enum vgpu_cc_scalar)i;
    return VGPU_CC_OTHER;
}

const char *vgpu_cc_scalar_name(enum vgpu_cc_scalar scalar)
{
    return scalars[scalar].name;
}

unsigned vgpu_cc_scalar_bits(enum vgpu_cc_scalar scalar)
{
    return scalars[scalar].bits;
}

bool vgpu_cc_is_float(enum vgpu_cc_scalar scalar)
{
    return scalars[scalar].kind == KIND_F;
}

bool vgpu_cc_is_signed(enum vgpu_cc_scalar scalar)
{
    return scalars[scalar].kind == KIND_S;
}
