/* SPDX-License-Identifier: MIT */
/* What atomic functions of OpenCL C 1.x and 2.0 have in common. */
#ifndef VGPU_CC_ATOMIC_H
#define VGPU_CC_ATOMIC_H

#include "builtin.h"

/* vgpu_cc_atomic_operation - the one of the row for the type at the pointer: the row
 * names signed minimum and maximum. False: the type has none. */
bool vgpu_cc_atomic_operation(const struct vgpu_cc_builtin *builtin,
                              enum vgpu_cc_scalar scalar, LLVMAtomicRMWBinOp *out);

/* vgpu_cc_atomic_modify - an exchange works on the bits of floating point values. */
LLVMValueRef vgpu_cc_atomic_modify(struct vgpu_cc_call *call,
                                   LLVMAtomicRMWBinOp operation, LLVMValueRef operand,
                                   LLVMAtomicOrdering ordering);

/* vgpu_cc_atomic_is_local - one thread runs all that see it. */
bool vgpu_cc_atomic_is_local(const struct vgpu_cc_call *call);

/* vgpu_cc_atomic_bits - values as integers, and back. */
LLVMValueRef vgpu_cc_atomic_bits(struct vgpu_cc_call *call, LLVMValueRef value);
LLVMTypeRef vgpu_cc_atomic_bits_type(struct vgpu_cc_call *call);

#endif
