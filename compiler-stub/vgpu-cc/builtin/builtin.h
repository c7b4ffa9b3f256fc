/* SPDX-License-Identifier: MIT */
/* Inside the lowering of built-in functions: one call, and the ways to lower one. */
#ifndef VGPU_CC_BUILTIN_H
#define VGPU_CC_BUILTIN_H

#include "demangle.h"
#include "library.h"
#include "module.h"

/* One call on its way. */
struct vgpu_cc_call {
    struct vgpu_cc_module *module;
    struct vgpu_cc_library *library;
    LLVMBuilderRef builder; /* right before the call */
    LLVMValueRef instruction;
    const struct vgpu_cc_signature *signature;
    LLVMValueRef arguments[VGPU_CC_MAX_PARAMETERS]; /* of their types in OpenCL C */
    bool is_relaxed; /* less accuracy serves all mathematics here */
};

struct vgpu_cc_builtin;

/* Puts what the call does before it; the value, of its type in OpenCL C, goes to
 * *value_out, which stays NULL where there is none. False: there is no such built-in
 * function of these parameters, and the module is as before but for unused
 * instructions. */
typedef bool vgpu_cc_builtin_fn(struct vgpu_cc_call *call,
                                const struct vgpu_cc_builtin *builtin,
                                LLVMValueRef *value_out);

/* A row of builtin.def. */
struct vgpu_cc_builtin {
    const char *name;
    vgpu_cc_builtin_fn *lower;
    const char *with; /* what `lower` makes of it */
    unsigned number;
};

/* The ways, each in the file that is named after its subject. */
#define WAY(way) vgpu_cc_builtin_fn vgpu_cc_lower_##way;
#include "way.def"
#undef WAY

/* Types. */
LLVMTypeRef vgpu_cc_scalar_type(struct vgpu_cc_module *module,
                                enum vgpu_cc_scalar scalar);
LLVMTypeRef vgpu_cc_lanes_type(LLVMTypeRef scalar, unsigned lanes); /* itself for 1 */
LLVMTypeRef vgpu_cc_type_of(struct vgpu_cc_module *module,
                            const struct vgpu_cc_type *type);
unsigned vgpu_cc_lanes_of(LLVMValueRef value);

/* vgpu_cc_call_lanes - of the widest parameter that is no pointer. */
unsigned vgpu_cc_call_lanes(const struct vgpu_cc_call *call);

/* Values. */
LLVMValueRef vgpu_cc_lane(struct vgpu_cc_call *call, LLVMValueRef value, unsigned lane);
LLVMValueRef vgpu_cc_set_lane(struct vgpu_cc_call *call, LLVMValueRef vector,
                              LLVMValueRef value, unsigned lane, unsigned lanes);
LLVMValueRef vgpu_cc_splat(struct vgpu_cc_call *call, LLVMValueRef value, unsigned lanes);
LLVMValueRef vgpu_cc_constant(LLVMTypeRef type, long long value); /* scalar or vector */
LLVMValueRef vgpu_cc_real(LLVMTypeRef type, double value);
LLVMValueRef vgpu_cc_element(struct vgpu_cc_call *call, LLVMTypeRef type,
                             LLVMValueRef pointer, LLVMValueRef index);

/* vgpu_cc_call_named - a call of an external function, declared when it is not yet. */
LLVMValueRef vgpu_cc_call_named(struct vgpu_cc_call *call, const char *name,
                                LLVMTypeRef result, LLVMValueRef *arguments,
                                unsigned num_arguments);
/* vgpu_cc_call_pure - the same, of a function that reads nothing but its arguments. */
LLVMValueRef vgpu_cc_call_pure(struct vgpu_cc_call *call, const char *name,
                               LLVMTypeRef result, LLVMValueRef *arguments,
                               unsigned num_arguments);
/* vgpu_cc_call_intrinsic - of LLVM, overloaded for `type` if that is not NULL. */
LLVMValueRef vgpu_cc_call_intrinsic(struct vgpu_cc_call *call, const char *name,
                                    LLVMTypeRef type, LLVMValueRef *arguments,
                                    unsigned num_arguments);

/* vgpu_cc_call_lane - lane by lane; `lane` makes one of scalars and pointers to
 * scalars, and returns NULL when it cannot. Scalars go to every lane. */
typedef LLVMValueRef vgpu_cc_lane_fn(struct vgpu_cc_call *call, LLVMValueRef *arguments,
                                     const void *context);
bool vgpu_cc_call_lane_by_lane(struct vgpu_cc_call *call, vgpu_cc_lane_fn *lane,
                               const void *context, LLVMValueRef *value_out);

/* vgpu_cc_call_library - a function of our library with this name in OpenCL C and these
 * scalar types; NULL: there is none. */
LLVMValueRef vgpu_cc_call_library(struct vgpu_cc_call *call, const char *name,
                                  const struct vgpu_cc_type *types,
                                  LLVMValueRef *arguments, unsigned num_arguments);

#endif
