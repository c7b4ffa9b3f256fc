/* SPDX-License-Identifier: MIT */
/* The words that types are made of, and the built-in types. */
#ifndef VGPU_TYPE_NAME_H
#define VGPU_TYPE_NAME_H

#include "type.h"

enum vgpu_role {
    VGPU_ROLE_NONE,
    VGPU_ROLE_SPACE,
    VGPU_ROLE_QUALIFIER,
    VGPU_ROLE_IGNORED,
    VGPU_ROLE_TAG,
    VGPU_ROLE_PIPE,
    VGPU_ROLE_WORD
};

struct vgpu_keyword {
    const char *text;
    enum vgpu_role role;
    int value; /* address space, qualifier, or what a word counts for */
};

/* vgpu_keyword_of - the row of keyword.def, or NULL. */
const struct vgpu_keyword *vgpu_keyword_of(const struct vgpu_token *token);

void vgpu_type_set_names(struct vgpu_type *type, const char *name, const char *same_as,
                         size_t size);

/* vgpu_type_set_builtin - false: no built-in type has that name. */
bool vgpu_type_set_builtin(struct vgpu_type *type, const struct vgpu_token *name);

/* vgpu_type_set_words - the type that words like `unsigned` and `long` name, given the
 * sum of their values; false: none. */
bool vgpu_type_set_words(struct vgpu_type *type, int words);

#endif
