/* SPDX-License-Identifier: MIT */
/* The bytes of constants. */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "lockstep/address.h"

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

static bool write_elements(struct vgpu_cc_image *image, LLVMValueRef constant,
                           size_t count, size_t stride, size_t offset)
{
    for (size_t i = 0; i < count; i++) {
        if (!vgpu_cc_image_write(image, LLVMGetAggregateElement(constant, (unsigned)i),
                                 offset + i * stride))
            return false;
    }
    return true;
}

static bool write_struct(struct vgpu_cc_image *image, LLVMValueRef constant,
                         size_t offset)
{
    const LLVMTargetDataRef layout = image->module->layout;
    LLVMTypeRef type = LLVMTypeOf(constant);
    const unsigned count = LLVMCountStructElementTypes(type);

    for (unsigned i = 0; i < count; i++) {
        if (!vgpu_cc_image_write(image, LLVMGetAggregateElement(constant, i),
                                 offset + LLVMOffsetOfElement(layout, type, i)))
            return false;
    }
    return true;
}

static bool find_element(const struct vgpu_cc_image *image, LLVMValueRef address,
                         uint64_t *offset)
{
    struct vgpu_cc_address_steps steps =
        vgpu_cc_address_steps(image->module->layout, address);
    struct vgpu_cc_address_step step;

    while (vgpu_cc_next_step(&steps, &step)) {
        if (step.index && !LLVMIsAConstantInt(step.index))
            return false;
        *offset += step.bytes *
                   (step.index ? (uint64_t)LLVMConstIntGetSExtValue(step.index) : 1);
    }
    return true;
}

/* The offset that an address is of, or a number of one. */
static bool find_offset(const struct vgpu_cc_image *image, LLVMValueRef constant,
                        uint64_t *offset_out)
{
    size_t offset;

    if (LLVMIsAGlobalVariable(constant)) {
        if (!image->find(image->context, constant, &offset))
            return false;
        *offset_out = offset;
        return true;
    }
    if (!LLVMIsAConstantExpr(constant) ||
        LLVMABISizeOfType(image->module->layout, LLVMTypeOf(constant)) != sizeof(void *))
        return false;
    switch (LLVMGetConstOpcode(constant)) {
    case LLVMGetElementPtr:
        return find_offset(image, LLVMGetOperand(constant, 0), offset_out) &&
               find_element(image, constant, offset_out);
    case LLVMBitCast:
    case LLVMAddrSpaceCast:
    case LLVMPtrToInt:
    case LLVMIntToPtr:
        return find_offset(image, LLVMGetOperand(constant, 0), offset_out);
    default:
        return false;
    }
}

static bool write_address(struct vgpu_cc_image *image, LLVMValueRef constant,
                          size_t place)
{
    uint64_t offset;

    if (LLVMIsAConstantExpr(constant) && LLVMGetConstOpcode(constant) == LLVMIntToPtr &&
        LLVMIsAConstantInt(LLVMGetOperand(constant, 0)))
        return write_integer(LLVMGetOperand(constant, 0), image->bytes + place);
    if (!find_offset(image, constant, &offset))
        return false;
    if (image->num_addresses == image->capacity) {
        const size_t capacity = image->capacity ? 2 * image->capacity : 16;
        uint64_t *addresses =
            realloc(image->addresses, capacity * sizeof *image->addresses);

        if (!addresses)
            return false;
        image->addresses = addresses;
        image->capacity = capacity;
    }
    image->addresses[image->num_addresses++] = place;
    memcpy(image->bytes + place, &offset, sizeof offset);
    return true;
}

bool vgpu_cc_image_write(struct vgpu_cc_image *image, LLVMValueRef constant,
                         size_t offset)
{
    const LLVMTargetDataRef layout = image->module->layout;
    LLVMTypeRef type = LLVMTypeOf(constant);

    /* Poison counts as undefined, and a null pointer as null. */
    if (LLVMIsUndef(constant) || LLVMIsNull(constant))
        return true;
    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind:
        return LLVMIsAConstantInt(constant)
                   ? write_integer(constant, image->bytes + offset)
                   : write_address(image, constant, offset);
    case LLVMPointerTypeKind:
        return write_address(image, constant, offset);
    case LLVMHalfTypeKind:
    case LLVMFloatTypeKind:
    case LLVMDoubleTypeKind:
        return LLVMIsAConstantFP(constant) &&
               write_real(image->module, constant, image->bytes + offset);
    case LLVMArrayTypeKind:
        return write_elements(image, constant, vgpu_cc_array_length(type),
                              LLVMABISizeOfType(layout, LLVMGetElementType(type)),
                              offset);
    case LLVMVectorTypeKind:
        return write_elements(image, constant, LLVMGetVectorSize(type),
                              LLVMStoreSizeOfType(layout, LLVMGetElementType(type)),
                              offset);
    case LLVMStructTypeKind:
        return write_struct(image, constant, offset);
    default:
        return false;
    }
}
