/* SPDX-License-Identifier: MIT */
/* Macros: their definitions and their expansion. */
#ifndef VGPU_MACRO_H
#define VGPU_MACRO_H

#include "arena.h"
#include "token.h"

/* Every token made and every hidden macro looked at counts; a source that needs more is
 * refused. */
#define VGPU_MACRO_STEPS ((size_t)16 << 20)

/* Calls nested in arguments of calls. */
#define VGPU_MACRO_DEPTH 128

struct vgpu_macros {
    struct vgpu_names names; /* struct vgpu_macro, by name */
    struct vgpu_arena kept;  /* definitions, and the text of tokens made by # and ## */
    struct vgpu_arena
        passing; /* tokens on their way; empty again when all have been read */
    struct vgpu_diagnosis *diagnosis;
    size_t steps;
    unsigned depth;
};

struct vgpu_token_node;

/* Where tokens come from: those pushed back or expanded first, then the source, if any.
 */
struct vgpu_stream {
    struct vgpu_token_node *front;
    bool (*read)(void *context,
                 struct vgpu_token *token_out); /* false: the end. Or NULL */
    void *context;
};

void vgpu_macros_init(struct vgpu_macros *macros, struct vgpu_diagnosis *diagnosis);
void vgpu_macros_fini(struct vgpu_macros *macros);

/* vgpu_macro_define - from what follows #define. Faults go to the diagnosis. The tokens'
 * text must outlive the macros. */
void vgpu_macro_define(struct vgpu_macros *macros, const struct vgpu_tokens *line);
void vgpu_macro_undefine(struct vgpu_macros *macros, const struct vgpu_token *name);
bool vgpu_macro_is_defined(const struct vgpu_macros *macros,
                           const struct vgpu_token *name);

/* vgpu_macros_next - the next token after expansion; false at the end or after a fault.
 * A macro hides itself in what it expands to, so expansion ends. [C11, 6.10.3] */
bool vgpu_macros_next(struct vgpu_macros *macros, struct vgpu_stream *stream,
                      struct vgpu_token *token_out);

/* vgpu_macros_expand_list - a list of its own, expanded onto the end of `out`. */
void vgpu_macros_expand_list(struct vgpu_macros *macros, const struct vgpu_tokens *list,
                             struct vgpu_tokens *out);

#endif
