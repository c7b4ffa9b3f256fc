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

static LLVMValueRef spread(LLVMTypeRef type, LLVMValueRef number)
{
    LLVMValueRef numbers[16];
    unsigned count;

    if (LLVMGetTypeKind(type) != LLVMVectorTypeKind)
        return number;
    count = LLVMGetVectorSize(type);
    for (unsigned i = 0; i < count && i < 16; i++)
        numbers[i] = number;
    return LLVMConstVector(numbers, count);
}

/* 1 in the place of what cannot divide `number`. */
static LLVMValueRef guarded(LLVMBuilderRef builder, LLVMValueRef number,
                            LLVMValueRef divisor, bool has_sign)
{
    LLVMTypeRef type = LLVMTypeOf(divisor);
    LLVMTypeRef element =
        LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetElementType(type) : type;
    LLVMValueRef one = spread(type, LLVMConstInt(element, 1, false));
    LLVMValueRef is_wrong =
        LLVMBuildICmp(builder, LLVMIntEQ, divisor, LLVMConstNull(type), "");

    if (has_sign) {
        const unsigned bits = LLVMGetIntTypeWidth(element);
        LLVMValueRef least = LLVMConstInt(element, UINT64_C(1) << (bits - 1), false);
        LLVMValueRef is_least =
            LLVMBuildICmp(builder, LLVMIntEQ, number, spread(type, least), "");
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
