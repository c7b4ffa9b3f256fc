/* SPDX-License-Identifier: MIT */
/* Atomic functions of OpenCL C 1.x, on 32 and 64 bits. [OpenCL C 1.2, 6.12.11] */
#include "atomic.h"

bool vgpu_cc_atomic_operation(const struct vgpu_cc_builtin *builtin,
                              enum vgpu_cc_scalar scalar, LLVMAtomicRMWBinOp *out)
{
    LLVMAtomicRMWBinOp operation = (LLVMAtomicRMWBinOp)builtin->number;

    if (vgpu_cc_is_float(scalar)) {
        static const struct {
            LLVMAtomicRMWBinOp of_integers, of_floats;
        } floats[] = {{LLVMAtomicRMWBinOpXchg, LLVMAtomicRMWBinOpXchg},
                      {LLVMAtomicRMWBinOpAdd, LLVMAtomicRMWBinOpFAdd},
                      {LLVMAtomicRMWBinOpSub, LLVMAtomicRMWBinOpFSub},
                      {LLVMAtomicRMWBinOpMin, LLVMAtomicRMWBinOpFMin},
                      {LLVMAtomicRMWBinOpMax, LLVMAtomicRMWBinOpFMax}};
        for (size_t i = 0; i < sizeof(floats) / sizeof(floats[0]); i++)
            if (floats[i].of_integers == operation) {
                *out = floats[i].of_floats;
                return true;
            }
        return false;
    }
    if (!vgpu_cc_is_signed(scalar) && operation == LLVMAtomicRMWBinOpMin)
        operation = LLVMAtomicRMWBinOpUMin;
    if (!vgpu_cc_is_signed(scalar) && operation == LLVMAtomicRMWBinOpMax)
        operation = LLVMAtomicRMWBinOpUMax;
    *out = operation;
    return true;
}

bool vgpu_cc_atomic_is_local(const struct vgpu_cc_call *call)
{
    return call->signature->parameters[0].space == VGPU_CC_LOCAL;
}

LLVMTypeRef vgpu_cc_atomic_bits_type(struct vgpu_cc_call *call)
{
    return LLVMIntTypeInContext(
        call->module->context,
        vgpu_cc_scalar_bits(call->signature->parameters[0].scalar));
}

LLVMValueRef vgpu_cc_atomic_bits(struct vgpu_cc_call *call, LLVMValueRef value)
{
    return LLVMBuildBitCast(call->builder, value, vgpu_cc_atomic_bits_type(call), "");
}

LLVMValueRef vgpu_cc_atomic_modify(struct vgpu_cc_call *call,
                                   LLVMAtomicRMWBinOp operation, LLVMValueRef operand,
                                   LLVMAtomicOrdering ordering)
{
    LLVMTypeRef type = LLVMTypeOf(operand);
    LLVMValueRef old;

    if (operation == LLVMAtomicRMWBinOpXchg)
        operand = vgpu_cc_atomic_bits(call, operand);
    old = LLVMBuildAtomicRMW(call->builder, operation, call->arguments[0], operand,
                             ordering, vgpu_cc_atomic_is_local(call));
    return LLVMBuildBitCast(call->builder, old, type, "");
}

static bool is_atomic(const struct vgpu_cc_call *call, unsigned num_parameters)
{
    const struct vgpu_cc_signature *signature = call->signature;

    return signature->num_parameters == num_parameters &&
           signature->parameters[0].is_pointer &&
           vgpu_cc_scalar_bits(signature->parameters[0].scalar) >= 32;
}

bool vgpu_cc_lower_atomic(struct vgpu_cc_call *call,
                          const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    LLVMAtomicRMWBinOp operation;

    if (!is_atomic(call, 2) ||
        !vgpu_cc_atomic_operation(builtin, call->signature->parameters[0].scalar,
                                  &operation))
        return false;
    *value_out = vgpu_cc_atomic_modify(call, operation, call->arguments[1],
                                       LLVMAtomicOrderingMonotonic);
    return true;
}

bool vgpu_cc_lower_atomic_step(struct vgpu_cc_call *call,
                               const struct vgpu_cc_builtin *builtin,
                               LLVMValueRef *value_out)
{
    if (!is_atomic(call, 1))
        return false;
    *value_out =
        vgpu_cc_atomic_modify(call, (LLVMAtomicRMWBinOp)builtin->number,
                              LLVMConstInt(vgpu_cc_atomic_bits_type(call), 1, false),
                              LLVMAtomicOrderingMonotonic);
    return true;
}

bool vgpu_cc_lower_atomic_compare(struct vgpu_cc_call *call,
                                  const struct vgpu_cc_builtin *builtin,
                                  LLVMValueRef *value_out)
{
    LLVMValueRef pair;

    (void)builtin;
    if (!is_atomic(call, 3))
        return false;
    pair = LLVMBuildAtomicCmpXchg(call->builder, call->arguments[0], call->arguments[1],
                                  call->arguments[2], LLVMAtomicOrderingMonotonic,
                                  LLVMAtomicOrderingMonotonic,
                                  vgpu_cc_atomic_is_local(call));
    *value_out = LLVMBuildExtractValue(call->builder, pair, 0, "");
    return true;
}
