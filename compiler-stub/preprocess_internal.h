/* SPDX-License-Identifier: MIT */
/* What directives (preprocess.c) and conditionals (conditional.c) share. */
#ifndef VGPU_PREPROCESS_INTERNAL_H
#define VGPU_PREPROCESS_INTERNAL_H

#include "preprocess.h"

/* What is left of the line that a directive stands in; the newline stays. */
void vgpu_preprocessor_read_line(struct vgpu_preprocessor *pp, struct vgpu_tokens *line);
void vgpu_preprocessor_skip_line(struct vgpu_preprocessor *pp);

/* The directives #if, #ifdef, #ifndef; #else and #elif; #endif. `name` is what stands
 * after the #. Where lines are not to be read, they skip them. */
void vgpu_conditional_if(struct vgpu_preprocessor *pp, const struct vgpu_token *name);
void vgpu_conditional_else(struct vgpu_preprocessor *pp, const struct vgpu_token *name);
void vgpu_conditional_endif(struct vgpu_preprocessor *pp, const struct vgpu_token *name);

/* vgpu_conditionals_outside - how many are open in the texts that include the one being
 * read, which cannot close them. */
size_t vgpu_conditionals_outside(const struct vgpu_preprocessor *pp);

#endif
