/* SPDX-License-Identifier: MIT */
/* The preprocessor: a source's tokens with directives obeyed and macros expanded. */
#ifndef VGPU_PREPROCESS_H
#define VGPU_PREPROCESS_H

#include "macro.h"

#define VGPU_CONDITIONAL_DEPTH 256

struct vgpu_conditional {
    uint32_t line;
    bool was_taken; /* one of its branches has been read, or none may be */
    bool has_else;
};

struct vgpu_preprocessor {
    struct vgpu_diagnosis *diagnosis;
    struct vgpu_macros macros;
    struct vgpu_lexer lexer;
    struct vgpu_stream stream;
    struct vgpu_conditional conditionals[VGPU_CONDITIONAL_DEPTH];
    size_t num_conditionals;
    char *source;      /* with lines spliced: tokens point into it */
    char *definitions; /* the same for `defines` */
};

/* vgpu_preprocessor_init - ready to read `source` with the macros of predefined.def and
 * then `defines` ("NAME", "NAME=VALUE"; the later one wins). Faults go to the diagnosis,
 * and vgpu_preprocessor_next then finds the end. */
void vgpu_preprocessor_init(struct vgpu_preprocessor *preprocessor, const char *source,
                            size_t length, const char *const *defines, size_t num_defines,
                            struct vgpu_diagnosis *diagnosis);
void vgpu_preprocessor_fini(struct vgpu_preprocessor *preprocessor);

/* vgpu_preprocessor_next - false at the end, or after a fault. */
bool vgpu_preprocessor_next(struct vgpu_preprocessor *preprocessor,
                            struct vgpu_token *token_out);

#endif
