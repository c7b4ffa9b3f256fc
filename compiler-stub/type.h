/* SPDX-License-Identifier: MIT */
/* Types: reads one from tokens, knows its size, its name and its address space. */
#ifndef VGPU_TYPE_H
#define VGPU_TYPE_H

#include "arena.h"
#include "declaration.h"
#include "token.h"

#define VGPU_POINTER_DEPTH 8

/* Tokens being read. One cursor passes through the functions below. */
struct vgpu_cursor {
    const struct vgpu_token *at;
    const struct vgpu_token *end;
    struct vgpu_diagnosis *diagnosis;
    const struct vgpu_names *typedefs; /* struct vgpu_type, by name; or NULL */
    const char *subject; /* what messages are about: "parameter 2 of kernel 'f'" */
    uint32_t line;
};

struct vgpu_level {
    enum vgpu_address_space space;
    unsigned qualifiers; /* enum vgpu_type_qualifier */
    bool has_space;
};

/* `name`, then `depth` pointers. Level 0 is what stands before the first '*', level n
 * what follows the n-th. */
struct vgpu_type {
    const struct vgpu_token
        *dimensions; /* "[4][8]" of what the last pointer points to, or NULL */
    size_t num_dimension_tokens;
    const char *name; /* as declared and normalised */
    size_t name_length;
    const char *same_as; /* typedefs resolved */
    size_t same_as_length;
    const char *prefix; /* "struct ", "union ", "enum " or "" before `name` */
    const char *same_as_prefix;
    size_t size; /* of a value of `name`; 0: unknown */
    enum vgpu_type_kind kind;
    unsigned depth;
    bool is_void;
    bool is_nameless; /* struct {...}, until a typedef names it */
    struct vgpu_level levels[VGPU_POINTER_DEPTH + 1];
};

/* vgpu_type_read - specifiers and declarator: "__global const float *restrict x[]". An
 * array becomes a pointer, as for a parameter. *name_out is the declared name, or NULL
 * where it is left out. False with the diagnosis set. */
bool vgpu_type_read(struct vgpu_cursor *cursor, struct vgpu_type *type_out,
                    const struct vgpu_token **name_out);

/* vgpu_type_print - "float*", "uint", "struct body*", "float(*)[4]"; `resolved`: typedefs
 * resolved. The caller frees. NULL: no memory. */
char *vgpu_type_print(const struct vgpu_type *type, bool resolved);

/* vgpu_skip_brackets - past the bracket that closes the one at the cursor; false: none
 * does. */
bool vgpu_skip_brackets(struct vgpu_cursor *cursor);

/* vgpu_skip_attributes - past __attribute__((...)) and what else says nothing about
 * types. */
void vgpu_skip_attributes(struct vgpu_cursor *cursor);

#endif
