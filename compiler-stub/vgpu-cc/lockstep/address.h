/* SPDX-License-Identifier: MIT */
/* What getelementptr adds to its base: index by index, in bytes. */
#ifndef VGPU_CC_ADDRESS_H
#define VGPU_CC_ADDRESS_H

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vgpu_cc_address_steps {
    LLVMTargetDataRef layout;
    LLVMValueRef address;
    LLVMTypeRef type;
    int next; /* operand */
};

struct vgpu_cc_address_step {
    LLVMValueRef index; /* elements; NULL: a member of a structure */
    uint64_t bytes;     /* of an element; up to the member */
};

static inline struct vgpu_cc_address_steps vgpu_cc_address_steps(LLVMTargetDataRef layout,
                                                                 LLVMValueRef address)
{
    return (struct vgpu_cc_address_steps){layout, address,
                                          LLVMGetGEPSourceElementType(address), 1};
}

/* vgpu_cc_next_step - false: there are no more. */
bool vgpu_cc_next_step(struct vgpu_cc_address_steps *steps,
                       struct vgpu_cc_address_step *step_out);

#endif
