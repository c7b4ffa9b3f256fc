/* SPDX-License-Identifier: MIT */
/* How many items make a row. */
#include "lockstep/width.h"

#define MOST_FOR_TWO \
    400 /* instructions, above which two registers per value are too many */

struct traits {
    unsigned instructions;
    bool has_vectors;      /* of OpenCL C: several registers per value already */
    bool shares_a_counter; /* an atomic whose place all items have in common */
};

static bool is_common_place(LLVMValueRef pointer)
{
    while (LLVMIsAGetElementPtrInst(pointer)) {
        for (int i = 1; i < LLVMGetNumOperands(pointer); i++)
            if (!LLVMIsConstant(LLVMGetOperand(pointer, (unsigned)i)))
                return false;
        pointer = LLVMGetOperand(pointer, 0);
    }
    return LLVMIsAArgument(pointer) != NULL;
}

static void note(struct traits *traits, LLVMValueRef instruction)
{
    LLVMTypeRef type = LLVMTypeOf(instruction);

    traits->instructions++;
    if (LLVMIsAStoreInst(instruction))
        type = LLVMTypeOf(LLVMGetOperand(instruction, 0));
    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind)
        traits->has_vectors = true;
    if (LLVMIsAAtomicRMWInst(instruction) && !LLVMIsAtomicSingleThread(instruction) &&
        LLVMGetFirstUse(instruction) && is_common_place(LLVMGetOperand(instruction, 0)))
        traits->shares_a_counter = true;
}

unsigned vgpu_cc_width_choose(struct vgpu_cc_module *module, LLVMValueRef kernel,
                              const size_t local_size[3], unsigned natural)
{
    const enum vgpu_cc_bounds bounds = vgpu_cc_bounds_of(module, kernel);
    const size_t along = local_size[0];
    struct traits traits = {0};

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(kernel); b;
         b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i;
             i = LLVMGetNextInstruction(i))
            note(&traits, i);
    if (traits.has_vectors || traits.instructions > MOST_FOR_TWO || along == 0)
        return natural;
    if (traits.shares_a_counter && along % (4 * (size_t)natural) == 0)
        return 4 * natural;
    if (along % (2 * (size_t)natural) == 0 ||
        (along >= natural && bounds == VGPU_CC_NO_BOUNDS))
        return 2 * natural;
    return natural;
}
