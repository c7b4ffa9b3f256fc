/* SPDX-License-Identifier: MIT */
/* Kernel declarations: reads `__kernel void f(...)`, compares signatures, prints them.
 *
 * A pointer parameter needs __global, __constant or __local; that of `typedef __global
 * float *floats;` counts. A pointer in __private or __generic memory, a value in another
 * space than __private, a function and an array typedef's array are refused. Where a
 * typedef hides a pointer, the parameter is reported as what it stands for. Images,
 * samplers, events, queues and pipes are values of their type's name and of size 0; no
 * registered kernel has them, so such a declaration never matches. */
#ifndef VGPU_DECLARATION_H
#define VGPU_DECLARATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vgpu_address_space {
    VGPU_SPACE_PRIVATE, /* by value */
    VGPU_SPACE_GLOBAL,
    VGPU_SPACE_CONSTANT,
    VGPU_SPACE_LOCAL
};

enum vgpu_type_qualifier { /* as OpenCL reports them: of what a pointer points to, for
                              const */
                           VGPU_QUALIFIER_CONST = 1,
                           VGPU_QUALIFIER_RESTRICT = 2,
                           VGPU_QUALIFIER_VOLATILE = 4
};

enum vgpu_type_kind { /* of the value, or of what the pointer points to in the end */
                      VGPU_TYPE_BUILTIN, /* of OpenCL C, a typedef of one, or an enum */
                      VGPU_TYPE_STRUCT,  /* struct or union */
                      VGPU_TYPE_OPAQUE,  /* an image, a sampler, ... */
                      VGPU_TYPE_UNKNOWN  /* a name that the text does not explain: a macro
                                            or a header's typedef */
};

struct vgpu_parameter {
    char *name; /* "" where the declaration leaves it out */
    char *
        type; /* normalised, as clGetKernelArgInfo gives it: "float*", "uint", "float4" */
    char *same_as; /* the same with typedefs resolved: what signatures compare */
    enum vgpu_type_kind kind;
    enum vgpu_address_space space;
    unsigned qualifiers; /* enum vgpu_type_qualifier */
    bool is_pointer;
    size_t
        size; /* bytes of the value; of a pointer: of a pointer; 0: unknown (a struct) */
};

struct vgpu_declaration {
    char *name;
    bool is_definition; /* read with a body */
    struct vgpu_parameter *parameters;
    uint32_t num_parameters;
    char *attributes; /* as clGetKernelInfo gives them: "reqd_work_group_size(8,8,1) ..."
                         or "" */
    size_t required_local_size[3]; /* reqd_work_group_size, or 0 0 0 */
    size_t hinted_local_size[3];   /* work_group_size_hint, or 0 0 0 */
};

/* A text that #include "name" and #include <name> take. */
struct vgpu_header {
    const char *name;
    const char *text;
    size_t length;
};

/* What a source is read with. What an #include names is looked for among the headers;
 * then, where reads_files, in the folders, in order; then, where reads_files and it is
 * written in quotes, in the current folder. A file's name that is absolute or holds ".."
 * is not looked for, so that a source reads only below these folders. Only regular files
 * of up to 16 MiB are read. */
struct vgpu_parse_options {
    const char *const *defines; /* "NAME" or "NAME=VALUE", as -D */
    size_t num_defines;
    const struct vgpu_header *headers; /* of one name: the first */
    size_t num_headers;
    const char *const *folders; /* as -I */
    size_t num_folders;
    bool reads_files;
};

/* vgpu_declarations_parse - every kernel that an OpenCL C source defines or declares, in
 * order and once each. Comments, line continuations, macros, conditionals, #include and
 * #pragma once are honoured; bodies and other declarations are skipped, and so is an
 * #include that is not found. `options` NULL: no definitions, no headers, no files. 0,
 * -ENOMEM, or -EINVAL with *error_out a message (source line and what is wrong there)
 * that the caller frees. *notes_out, if wanted and not -ENOMEM: a line about each
 * #include that was skipped, "" for none; the caller frees. Never reads outside `length`,
 * never recurses without bound, never waits. */
int vgpu_declarations_parse(const char *source, size_t length,
                            const struct vgpu_parse_options *options,
                            struct vgpu_declaration **declarations_out, size_t *count_out,
                            char **notes_out, char **error_out);

/* vgpu_declaration_from_macro - the declaration in VGPU_KERNEL's text: name "saxpy",
 * parameters
 * "(__global float *, y), (float, a)" ("" or NULL for none). Same errors. */
int vgpu_declaration_from_macro(const char *name, const char *parameters,
                                struct vgpu_declaration *declaration_out,
                                char **error_out);

/* vgpu_declaration_matches - same name, number of parameters, address spaces and types.
 * Parameter names and qualifiers do not count, cl_float4 is float4, `unsigned int` is
 * uint.
 * - Types match by name, as declared or with typedefs resolved, unless both sizes are
 * known and differ.
 * - Structs and opaque types match in no other way: by tag or typedef name.
 * - A name that its text does not explain (VGPU_TYPE_UNKNOWN, like REAL of a header)
 * matches a built-in type or another such name, with the same number of '*', unless both
 * values' sizes are known and differ. So a registered (REAL, a) of 4 bytes matches `float
 * a` and not `double a`. */
bool vgpu_declaration_matches(const struct vgpu_declaration *a,
                              const struct vgpu_declaration *b);

/* vgpu_declaration_print - "__kernel void saxpy(__global float *y, float a)"; the caller
 * frees. NULL: no memory. */
char *vgpu_declaration_print(const struct vgpu_declaration *declaration);

/* vgpu_declaration_copy - a copy that shares nothing. 0, or -ENOMEM with *copy_out
 * untouched. */
int vgpu_declaration_copy(const struct vgpu_declaration *declaration,
                          struct vgpu_declaration *copy_out);

/* vgpu_declaration_is_same - matches, and names, qualifiers and attributes are the same
 * too. False also where memory is short. */
bool vgpu_declaration_is_same(const struct vgpu_declaration *a,
                              const struct vgpu_declaration *b);

void vgpu_declaration_fini(struct vgpu_declaration *declaration);
void vgpu_declarations_free(struct vgpu_declaration *declarations, size_t count);

#endif
