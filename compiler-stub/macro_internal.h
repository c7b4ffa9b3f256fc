/* SPDX-License-Identifier: MIT */
/* What definition (macro.c) and substitution (substitute.c) of macros share. */
#ifndef VGPU_MACRO_INTERNAL_H
#define VGPU_MACRO_INTERNAL_H

#include "macro.h"

struct vgpu_token_node {
    struct vgpu_token token;
    struct vgpu_token_node *next;
};

/* A list in the passing arena. */
struct vgpu_node_list {
    struct vgpu_token_node *first;
    struct vgpu_token_node *last;
};

struct vgpu_macro {
    struct vgpu_token name;
    struct vgpu_token *parameters;
    struct vgpu_token *body;
    size_t num_parameters; /* with the ... of a variadic one, called __VA_ARGS__ */
    size_t body_length;
    bool is_function;
    bool is_variadic;
    bool is_line; /* __LINE__ */
};

/* A set of macros that a token no longer stands for; shares its tail with other sets. */
struct vgpu_hidden {
    const struct vgpu_macro *macro;
    const struct vgpu_hidden *next;
};

struct vgpu_argument {
    struct vgpu_node_list tokens;
    struct vgpu_node_list expanded;
    bool is_expanded;
};

/* vgpu_macros_charge - false, with the diagnosis set, once the steps are used up, or
 * after any other fault. */
bool vgpu_macros_charge(struct vgpu_macros *macros, size_t steps);

void vgpu_nodes_append(struct vgpu_macros *macros, struct vgpu_node_list *list,
                       const struct vgpu_token *token);

/* vgpu_nodes_expand - a list of its own, expanded onto the end of `out`. */
void vgpu_nodes_expand(struct vgpu_macros *macros, const struct vgpu_node_list *list,
                       struct vgpu_node_list *out);

/* vgpu_macro_substitute - the body with its arguments put in and # and ## done, each
 * token hiding `hidden` as well. [C11, 6.10.3.1 to 6.10.3.3] */
struct vgpu_node_list vgpu_macro_substitute(struct vgpu_macros *macros,
                                            const struct vgpu_macro *macro,
                                            struct vgpu_argument *arguments,
                                            const struct vgpu_token *call,
                                            const struct vgpu_hidden *hidden);

#endif
