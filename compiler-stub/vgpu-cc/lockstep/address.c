/* SPDX-License-Identifier: MIT */
/* What getelementptr adds to its base. */
#include "lockstep/address.h"

bool vgpu_cc_next_step(struct vgpu_cc_address_steps *steps,
                       struct vgpu_cc_address_step *step_out)
{
    LLVMValueRef index;

    if (steps->next >= LLVMGetNumOperands(steps->address))
        return false;
    index = LLVMGetOperand(steps->address, (unsigned)steps->next);
    if (steps->next > 1 && LLVMGetTypeKind(steps->type) == LLVMStructTypeKind) {
        const unsigned member = (unsigned)LLVMConstIntGetZExtValue(index);

        step_out->index = NULL;
        step_out->bytes = LLVMOffsetOfElement(steps->layout, steps->type, member);
        steps->type = LLVMStructGetTypeAtIndex(steps->type, member);
    } else {
        if (steps->next > 1)
            steps->type = LLVMGetElementType(steps->type);
        step_out->index = index;
        step_out->bytes = LLVMABISizeOfType(steps->layout, steps->type);
    }
    steps->next++;
    return true;
}
