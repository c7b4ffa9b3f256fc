/* SPDX-License-Identifier: MIT */
/* Masks: which items of a row are there. */
#include "lockstep/row.h"

LLVMValueRef vgpu_cc_mask_and(struct vgpu_cc_row *row, LLVMValueRef mask,
                              LLVMValueRef condition, bool negated)
{
    LLVMValueRef none = LLVMConstNull(LLVMTypeOf(condition));

    if (negated)
        condition = LLVMBuildNot(row->at, condition, "");
    /* A select, because the condition of an item that is not there may be poison. */
    return mask ? LLVMBuildSelect(row->at, mask, condition, none, "") : condition;
}

LLVMValueRef vgpu_cc_mask_bits(struct vgpu_cc_row *row, LLVMValueRef mask)
{
    return LLVMBuildBitCast(row->at, mask,
                            LLVMIntTypeInContext(row->module->context, row->width), "");
}

LLVMValueRef vgpu_cc_mask_any(struct vgpu_cc_row *row, LLVMValueRef mask)
{
    LLVMValueRef bits = vgpu_cc_mask_bits(row, mask);

    return LLVMBuildICmp(row->at, LLVMIntNE, bits, LLVMConstNull(LLVMTypeOf(bits)), "");
}

LLVMValueRef vgpu_cc_mask_last(struct vgpu_cc_row *row, LLVMValueRef mask)
{
    LLVMValueRef args[2], zeros;
    LLVMTypeRef type;

    if (!mask)
        return vgpu_cc_i32(row, row->width - 1);
    args[0] = vgpu_cc_mask_bits(row, mask);
    args[1] = LLVMConstInt(row->module->i1, 0, 0);
    type = LLVMTypeOf(args[0]);
    zeros = vgpu_cc_intrinsic(row, "llvm.ctlz", &type, 1, args, 2);
    zeros = LLVMBuildIntCast2(row->at, zeros, row->module->i32, 0, "");
    zeros = LLVMBuildSub(row->at, vgpu_cc_i32(row, row->width - 1), zeros, "");
    /* None is there: any will do, but one that exists. */
    return LLVMBuildAnd(row->at, zeros, vgpu_cc_i32(row, row->width - 1), "");
}
