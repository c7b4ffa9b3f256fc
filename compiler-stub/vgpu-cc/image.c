/* SPDX-License-Identifier: MIT */
/* The bytes of constants. */
#include "image.h"

#include <string.h>

#include "compat.h"

/* Up to 64 bits; wider integers are not OpenCL C's. */
static bool write_integer(LLVMValueRef constant, unsigned char *bytes)
{
    const uint64_t value = LLVMConstIntGetZExtValue(constant);
    const unsigned bits = LLVMGetIntTypeWidth(LLVMTypeOf(constant));

    memcpy(bytes, &value, bits > 64 ? 8 : (bits + 7) / 8);
    return bits <= 64;
}

static bool write_real(struct vgpu_cc_module *module, LLVMValueRef constant,
                       unsigned char *bytes)
{
    const unsigned long long bits =
        LLVMSizeOfTypeInBits(module->layout, LLVMTypeOf(constant));
    LLVMTypeRef integer = LLVMIntTypeInContext(module->context, (unsigned)bits);

    return write_integer(LLVMConstBitCast(constant, integer), bytes);
}

static bool write_elements(struct vgpu_cc_module *module, LLVMValueRef constant,
                           size_t count, size_t stride, unsigned char *bytes)
{
    for (size_t i = 0; i < count; i++) {
        if (!vgpu_cc_image_write(module, LLVMGetAggregateElement(constant, (unsigned)i),
                                 bytes + i * stride))
            return false;
    }
    return true;
}

static bool write_struct(struct vgpu_cc_module *module, LLVMValueRef constant,
                         unsigned char *bytes)
{
    LLVMTypeRef type = LLVMTypeOf(constant);
    const unsigned count = LLVMCountStructElementTypes(type);

    for (unsigned i = 0; i < count; i++) {
        if (!vgpu_cc_image_write(module, LLVMGetAggregateElement(constant, i),
                                 bytes + LLVMOffsetOfElement(module->layout, type, i)))
            return false;
    }
    return true;
}

bool vgpu_cc_image_write(struct vgpu_cc_module *module, LLVMValueRef constant,
                         unsigned char *bytes)
{
    LLVMTypeRef type = LLVMTypeOf(constant);

    /* Poison counts as undefined, and a null pointer as null. */
    if (LLVMIsUndef(constant) || LLVMIsNull(constant))
        return true;
    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind:
        return LLVMIsAConstantInt(constant) && write_integer(constant, bytes);
    case LLVMHalfTypeKind:
    case LLVMFloatTypeKind:
    case LLVMDoubleTypeKind:
        return LLVMIsAConstantFP(constant) && write_real(module, constant, bytes);
    case LLVMArrayTypeKind:
        return write_elements(module, constant, vgpu_cc_array_length(type),
                              LLVMABISizeOfType(module->layout, LLVMGetElementType(type)),
                              bytes);
    case LLVMVectorTypeKind:
        return write_elements(
            module, constant, LLVMGetVectorSize(type),
            LLVMStoreSizeOfType(module->layout, LLVMGetElementType(type)), bytes);
    case LLVMStructTypeKind:
        return write_struct(module, constant, bytes);
    default:
        return false;
    }
}
