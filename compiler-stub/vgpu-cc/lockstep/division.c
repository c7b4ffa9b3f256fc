/* SPDX-License-Identifier: MIT */
/* Division of integers, which vector units lack. Numbers of 32 bits are divided as
 * doubles: the quotient of two of them is at least 2^-32 of its size away from the next
 * integer above, so that rounding to 53 bits never reaches it. Numbers of 64 bits mostly
 * are such numbers, too: a look at their upper halves tells. */
#include "lockstep/row.h"

static bool is_signed(LLVMValueRef instruction)
{
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    return opcode == LLVMSDiv || opcode == LLVMSRem;
}

static bool is_remainder(LLVMValueRef instruction)
{
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    return opcode == LLVMURem || opcode == LLVMSRem;
}

/* Division traps where the divisor is 0, and items that are not there have any. */
static LLVMValueRef safe(struct vgpu_cc_row *row, LLVMValueRef divisor)
{
    LLVMTypeRef element = LLVMGetElementType(LLVMTypeOf(divisor));

    return row->mask
               ? LLVMBuildSelect(row->at, row->mask, divisor,
                                 vgpu_cc_spread(row, LLVMConstInt(element, 1, 0)), "")
               : divisor;
}

static LLVMValueRef to_real(struct vgpu_cc_row *row, LLVMValueRef number,
                            LLVMTypeRef real, bool has_sign)
{
    LLVMTypeRef type = vgpu_cc_vector(row, real);

    return has_sign ? LLVMBuildSIToFP(row->at, number, type, "")
                    : LLVMBuildUIToFP(row->at, number, type, "");
}

/* Of numbers that `real` holds exactly, with bits to spare for a quotient. */
static LLVMValueRef divide_as_reals(struct vgpu_cc_row *row, LLVMValueRef a,
                                    LLVMValueRef b, LLVMTypeRef real, bool has_sign,
                                    bool wants_rest)
{
    LLVMTypeRef type = LLVMTypeOf(a);
    LLVMValueRef quotient = LLVMBuildFDiv(row->at, to_real(row, a, real, has_sign),
                                          to_real(row, b, real, has_sign), "");

    quotient = has_sign ? LLVMBuildFPToSI(row->at, quotient, type, "")
                        : LLVMBuildFPToUI(row->at, quotient, type, "");
    return wants_rest
               ? LLVMBuildSub(row->at, a, LLVMBuildMul(row->at, quotient, b, ""), "")
               : quotient;
}

static LLVMValueRef narrow(struct vgpu_cc_row *row, LLVMValueRef number)
{
    return LLVMBuildTrunc(row->at, number, vgpu_cc_vector(row, row->module->i32), "");
}

/* Whether all numbers are below 2^32, and none is negative. */
static LLVMValueRef are_small(struct vgpu_cc_row *row, LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef bits = LLVMBuildOr(row->at, a, b, ""), shift = vgpu_cc_i64(row, 32);
    LLVMValueRef large;

    bits = LLVMBuildLShr(row->at, bits, vgpu_cc_spread(row, shift), "");
    large = LLVMBuildICmp(row->at, LLVMIntNE, bits, LLVMConstNull(LLVMTypeOf(bits)), "");
    if (row->mask)
        large = vgpu_cc_mask_and(row, row->mask, large, false);
    return LLVMBuildNot(row->at, vgpu_cc_mask_any(row, large), "");
}

static LLVMValueRef divide_long(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                LLVMValueRef a, LLVMValueRef b)
{
    LLVMBasicBlockRef small = vgpu_cc_block(row, "small"), large = vgpu_cc_block(row, "");
    LLVMBasicBlockRef both = vgpu_cc_block(row, "");
    LLVMValueRef results[2], phi;
    LLVMBasicBlockRef from[2];

    LLVMBuildCondBr(row->at, are_small(row, a, b), small, large);
    LLVMPositionBuilderAtEnd(row->at, small);
    results[0] = divide_as_reals(row, narrow(row, a), narrow(row, b), row->module->f64,
                                 false, is_remainder(instruction));
    results[0] = LLVMBuildZExt(row->at, results[0], LLVMTypeOf(a), "");
    from[0] = LLVMGetInsertBlock(row->at);
    LLVMBuildBr(row->at, both);
    LLVMPositionBuilderAtEnd(row->at, large);
    results[1] = LLVMBuildBinOp(row->at, LLVMGetInstructionOpcode(instruction), a, b, "");
    from[1] = large;
    LLVMBuildBr(row->at, both);
    LLVMPositionBuilderAtEnd(row->at, both);
    phi = LLVMBuildPhi(row->at, LLVMTypeOf(a), "");
    LLVMAddIncoming(phi, results, from, 2);
    return phi;
}

LLVMValueRef vgpu_cc_divide(struct vgpu_cc_row *row, LLVMValueRef instruction,
                            unsigned component)
{
    LLVMTypeRef element = vgpu_cc_component_type(LLVMTypeOf(instruction), component);
    LLVMValueRef a = vgpu_cc_operand_part(row, instruction, 0, component);
    LLVMValueRef b = vgpu_cc_operand_part(row, instruction, 1, component);
    const unsigned bits = LLVMGetIntTypeWidth(element);
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    /* By a constant, which is no 0 any more, it is multiplication, which vector units
     * have up to 32 bits. */
    if (LLVMIsConstant(LLVMGetOperand(instruction, 1)) && bits <= 32)
        return LLVMBuildBinOp(row->at, opcode, a, b, "");
    b = safe(row, b);
    if (bits != 64 && bits > 32)
        return LLVMBuildBinOp(row->at, opcode, a, b, "");
    if (bits == 64)
        return divide_long(row, instruction, a, b);
    return divide_as_reals(row, a, b, bits <= 16 ? row->module->f32 : row->module->f64,
                           is_signed(instruction), is_remainder(instruction));
}
