/* SPDX-License-Identifier: MIT */
/* Shadows of private variables, between shadow.c (variables, loads, stores) and
 * shadow_vector.c (vectors of which elements are written one by one). */
#ifndef VGPU_CC_TRACED_SHADOW_H
#define VGPU_CC_TRACED_SHADOW_H

#include "traced/private.h"

/* What is beside a variable: a byte for all of it, for each of its elements, or for each
 * `unit` of its bytes: what all its accesses have the size of, or 1. */
enum vgpu_cc_shadow_form {
    VGPU_CC_SHADOW_SCALAR,
    VGPU_CC_SHADOW_VECTOR,
    VGPU_CC_SHADOW_UNITS
};

struct vgpu_cc_shadow_variable {
    LLVMValueRef alloca, shadow;
    enum vgpu_cc_shadow_form form;
    uint64_t bytes, unit;
};

/* A value that may hold elements nobody wrote, and its shadow: a byte for each. */
struct vgpu_cc_partial {
    LLVMValueRef value, shadow;
};

struct vgpu_cc_shadows {
    struct vgpu_cc_tracer *tracer;
    struct vgpu_cc_pool pool;
    struct vgpu_cc_index variables, partials; /* by alloca; by value */
    struct vgpu_cc_shadow_variable *list;
    struct vgpu_cc_partial *parts;
    int num_variables, num_parts;
};

/* vgpu_cc_shadow_variable - whose address the pointer is, or NULL: one without a shadow.
 */
struct vgpu_cc_shadow_variable *vgpu_cc_shadow_variable(struct vgpu_cc_shadows *shadows,
                                                        LLVMValueRef pointer);

/* vgpu_cc_shadow_tell - a call before `user` that says where `unwritten` is true. The
 * call names its site by the place in the tracer's `pending`: see access.c. */
void vgpu_cc_shadow_tell(struct vgpu_cc_shadows *shadows, LLVMValueRef user,
                         LLVMValueRef unwritten,
                         const struct vgpu_cc_shadow_variable *variable, uint64_t size);

/* vgpu_cc_shadow_ones - the shadow of a vector of that type that is all written. */
LLVMValueRef vgpu_cc_shadow_ones(struct vgpu_cc_shadows *shadows, LLVMTypeRef type);

/* vgpu_cc_partial_shadow - of a vector that may have elements nobody wrote; NULL: it has
 * none. vgpu_cc_partial_set - the vector is one. */
LLVMValueRef vgpu_cc_partial_shadow(const struct vgpu_cc_shadows *shadows,
                                    LLVMValueRef value);
void vgpu_cc_partial_set(struct vgpu_cc_shadows *shadows, LLVMValueRef value,
                         LLVMValueRef shadow);

/* vgpu_cc_partial_follow - what an insertelement or a shuffle makes of such vectors.
 * vgpu_cc_partial_uses - tells where an instruction uses one otherwise. */
void vgpu_cc_partial_follow(struct vgpu_cc_shadows *shadows, LLVMValueRef instruction);
void vgpu_cc_partial_uses(struct vgpu_cc_shadows *shadows, LLVMValueRef user);

#endif
