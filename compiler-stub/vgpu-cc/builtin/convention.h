/* SPDX-License-Identifier: MIT */
/* How x86-64's C calling convention passes OpenCL C's vectors, as clang writes it into
 * calls: small ones as integers or doubles, big ones behind pointers. */
#ifndef VGPU_CC_CONVENTION_H
#define VGPU_CC_CONVENTION_H

#include "module.h"

#include <stdbool.h>

/* vgpu_cc_reinterpret - the same bytes as a value of another type; both are scalars or
 * vectors, a vector of 3 counts as one of 4. NULL: the sizes differ. */
LLVMValueRef vgpu_cc_reinterpret(LLVMBuilderRef builder, struct vgpu_cc_module *module,
                                 LLVMValueRef value, LLVMTypeRef type);

/* vgpu_cc_result_pointer - where a call's result goes when it does not return it, its
 * first operand; NULL: it does. */
LLVMValueRef vgpu_cc_result_pointer(LLVMValueRef call);

/* vgpu_cc_passed_argument - operand `at` of a call, as a value of the type that was
 * written. NULL: it cannot be one. */
LLVMValueRef vgpu_cc_passed_argument(LLVMBuilderRef builder,
                                     struct vgpu_cc_module *module, LLVMValueRef call,
                                     unsigned at, LLVMTypeRef type);

/* vgpu_cc_return - makes a value the call's result, whichever way it is returned, and
 * deletes the call. NULL: the call has no result, or none that anybody can know. False:
 * the sizes differ. */
bool vgpu_cc_return(LLVMBuilderRef builder, struct vgpu_cc_module *module,
                    LLVMValueRef call, LLVMValueRef value);

#endif
