/* SPDX-License-Identifier: MIT */
/* Values into and out of the calls that clang makes for x86-64. */
#include "convention.h"

#include <string.h>

/* A vector of another length: lanes are cut off, or have no known value. */
static LLVMValueRef resized(LLVMBuilderRef builder, struct vgpu_cc_module *module,
                            LLVMValueRef vector, unsigned lanes)
{
    unsigned from = LLVMGetVectorSize(LLVMTypeOf(vector));
    LLVMValueRef indices[64];

    for (unsigned i = 0; i < lanes; i++)
        indices[i] =
            i < from ? LLVMConstInt(module->i32, i, false) : LLVMGetUndef(module->i32);
    return LLVMBuildShuffleVector(builder, vector, LLVMGetUndef(LLVMTypeOf(vector)),
                                  LLVMConstVector(indices, lanes), "");
}

static bool is_three(LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind && LLVMGetVectorSize(type) == 3;
}

LLVMValueRef vgpu_cc_reinterpret(LLVMBuilderRef builder, struct vgpu_cc_module *module,
                                 LLVMValueRef value, LLVMTypeRef type)
{
    LLVMTypeRef whole =
        is_three(type) ? LLVMVectorType(LLVMGetElementType(type), 4) : type;

    if (LLVMTypeOf(value) == type)
        return value;
    if (LLVMGetTypeKind(type) == LLVMPointerTypeKind ||
        LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMPointerTypeKind)
        return NULL;
    if (is_three(LLVMTypeOf(value)))
        value = resized(builder, module, value, 4);
    if (LLVMSizeOfTypeInBits(module->layout, LLVMTypeOf(value)) !=
        LLVMSizeOfTypeInBits(module->layout, whole))
        return NULL;
    value = LLVMBuildBitCast(builder, value, whole, "");
    return whole == type ? value : resized(builder, module, value, 3);
}

static LLVMAttributeRef attribute(LLVMValueRef call, unsigned operand, const char *name)
{
    return LLVMGetCallSiteEnumAttribute(
        call, operand + 1, LLVMGetEnumAttributeKindForName(name, strlen(name)));
}

LLVMValueRef vgpu_cc_result_pointer(LLVMValueRef call)
{
    if (LLVMGetNumArgOperands(call) == 0 || !attribute(call, 0, "sret"))
        return NULL;
    return LLVMGetOperand(call, 0);
}

LLVMValueRef vgpu_cc_passed_argument(LLVMBuilderRef builder,
                                     struct vgpu_cc_module *module, LLVMValueRef call,
                                     unsigned at, LLVMTypeRef type)
{
    LLVMValueRef value = LLVMGetOperand(call, at);

    if (attribute(call, at, "byval"))
        return LLVMBuildLoad2(builder, type, value, "");
    return vgpu_cc_reinterpret(builder, module, value, type);
}

bool vgpu_cc_return(LLVMBuilderRef builder, struct vgpu_cc_module *module,
                    LLVMValueRef call, LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(call);
    LLVMValueRef pointer = vgpu_cc_result_pointer(call);

    if (pointer && value) {
        LLVMBuildStore(builder, value, pointer);
    } else if (type != module->void_type) {
        value = value ? vgpu_cc_reinterpret(builder, module, value, type)
                      : LLVMGetUndef(type);
        if (!value)
            return false;
        LLVMReplaceAllUsesWith(call, value);
    }
    LLVMInstructionEraseFromParent(call);
    return true;
}
