/* SPDX-License-Identifier: MIT */
/* The preprocessor: a source's tokens with directives obeyed and macros expanded. */
#ifndef VGPU_PREPROCESS_H
#define VGPU_PREPROCESS_H

#include "include.h"
#include "macro.h"

#define VGPU_CONDITIONAL_DEPTH 256

struct vgpu_conditional {
    uint32_t line;
    bool was_taken; /* one of its branches has been read, or none may be */
    bool has_else;
};

/* A text that is left for one that it includes. */
struct vgpu_includer {
    struct vgpu_lexer lexer; /* after its #include */
    struct vgpu_include *included;
    const char *file;        /* its own name; NULL: the source */
    size_t num_conditionals; /* open at its #include: the included text closes none */
};

struct vgpu_preprocessor {
    struct vgpu_diagnosis *diagnosis;
    struct vgpu_macros macros;
    struct vgpu_lexer lexer;
    struct vgpu_stream stream;
    struct vgpu_conditional conditionals[VGPU_CONDITIONAL_DEPTH];
    size_t num_conditionals;
    struct vgpu_includes includes;
    struct vgpu_includer includers[VGPU_INCLUDE_DEPTH];
    size_t depth;      /* texts left; 0: the source is being read */
    char *source;      /* with lines spliced: tokens point into it */
    char *definitions; /* the same for the options' definitions */
};

/* vgpu_preprocessor_init - ready to read `source` with the macros of predefined.def and
 * then the options' (the later one wins). Faults go to the diagnosis, and
 * vgpu_preprocessor_next then finds the end. The options outlive the preprocessor. */
void vgpu_preprocessor_init(struct vgpu_preprocessor *preprocessor, const char *source,
                            size_t length, const struct vgpu_parse_options *options,
                            struct vgpu_diagnosis *diagnosis);
void vgpu_preprocessor_fini(struct vgpu_preprocessor *preprocessor);

/* vgpu_preprocessor_next - false at the end, or after a fault. */
bool vgpu_preprocessor_next(struct vgpu_preprocessor *preprocessor,
                            struct vgpu_token *token_out);

#endif
