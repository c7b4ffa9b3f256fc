/* SPDX-License-Identifier: MIT */
/* Divisions that have no result. */
#include "divisor.h"

#include "context.h"

/* One that divides anything: neither 0 nor -1, and known. */
static bool is_harmless(LLVMValueRef divisor, bool has_sign)
{
    return LLVMIsAConstantInt(divisor) && !LLVMIsNull(divisor) &&
           (!has_sign || LLVMConstIntGetSExtValue(divisor) != -1);
}

/* A constant, as the builder folds it: the type's every element, or it alone. */
static LLVMValueRef spread(LLVMBuilderRef builder, LLVMTypeRef type, LLVMValueRef number)
{
    const bool is_vector = LLVMGetTypeKind(type) == LLVMVectorTypeKind;
    LLVMTypeRef index = LLVMInt32TypeInContext(LLVMGetTypeContext(type));
    LLVMValueRef first;

    if (!is_vector)
        return number;
    first = LLVMBuildInsertElement(builder, LLVMGetUndef(type), number,
                                   LLVMConstNull(index), "");
    return LLVMBuildShuffleVector(
        builder, first, LLVMGetUndef(type),
        LLVMConstNull(LLVMVectorType(index, LLVMGetVectorSize(type))), "");
}

/* 1 in the place of what cannot divide `number`. */
static LLVMValueRef guarded(LLVMBuilderRef builder, LLVMValueRef number,
                            LLVMValueRef divisor, bool has_sign)
{
    LLVMTypeRef type = LLVMTypeOf(divisor);
    LLVMTypeRef element =
        LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetElementType(type) : type;
    LLVMValueRef unit = LLVMConstInt(element, 1, false);
    LLVMValueRef one = spread(builder, type, unit);
    LLVMValueRef is_wrong =
        LLVMBuildICmp(builder, LLVMIntEQ, divisor, LLVMConstNull(type), "");

    if (has_sign) {
        LLVMValueRef bits =
            LLVMConstInt(element, LLVMGetIntTypeWidth(element) - 1, false);
        LLVMValueRef least = LLVMBuildShl(builder, unit, bits, "");
        LLVMValueRef is_least =
            LLVMBuildICmp(builder, LLVMIntEQ, number, spread(builder, type, least), "");
        LLVMValueRef is_back =
            LLVMBuildICmp(builder, LLVMIntEQ, divisor, LLVMConstAllOnes(type), "");

        is_wrong = LLVMBuildOr(builder, is_wrong,
                               LLVMBuildAnd(builder, is_least, is_back, ""), "");
    }
    return LLVMBuildSelect(builder, is_wrong, one, divisor, "");
}

static void guard(LLVMBuilderRef builder, LLVMValueRef division)
{
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(division);
    const bool has_sign = opcode == LLVMSDiv || opcode == LLVMSRem;
    LLVMValueRef divisor = LLVMGetOperand(division, 1);

    if ((!has_sign && opcode != LLVMUDiv && opcode != LLVMURem) ||
        is_harmless(divisor, has_sign))
        return;
    LLVMPositionBuilderBefore(builder, division);
    LLVMSetOperand(division, 1,
                   guarded(builder, LLVMGetOperand(division, 0), divisor, has_sign));
}

void vgpu_cc_divisors_guard(struct vgpu_cc_module *module)
{
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(module->context);

    VGPU_CC_EACH_FUNCTION (f, module->module) {
        VGPU_CC_EACH_BLOCK (b, f) {
            VGPU_CC_EACH_INSTRUCTION (i, b)
                guard(builder, i);
        }
    }
    LLVMDisposeBuilder(builder);
}
