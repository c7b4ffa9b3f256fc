/* SPDX-License-Identifier: MIT */
/* Flags of instructions and attributes of functions that LLVM's C interface shows in some
 * versions only. Where it does not, they count as absent, which is always right. */
#ifndef VGPU_CC_FLAG_H
#define VGPU_CC_FLAG_H

#include <llvm-c/Core.h>
#include <llvm/Config/llvm-config.h>
#include <stdbool.h>
#include <string.h>

static inline bool vgpu_cc_can_wrap(LLVMValueRef value)
{
    if (!LLVMIsAInstruction(value))
        return false;
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMAdd:
    case LLVMSub:
    case LLVMMul:
    case LLVMShl:
        return true;
    default:
        return false;
    }
}

static inline bool vgpu_cc_has_nsw(LLVMValueRef value)
{
#if LLVM_VERSION_MAJOR >= 17
    return vgpu_cc_can_wrap(value) && LLVMGetNSW(value);
#else
    (void)value;
    return false;
#endif
}

static inline bool vgpu_cc_has_nuw(LLVMValueRef value)
{
#if LLVM_VERSION_MAJOR >= 17
    return vgpu_cc_can_wrap(value) && LLVMGetNUW(value);
#else
    (void)value;
    return false;
#endif
}

/* Of a zero extension: what it extends is not negative. */
static inline bool vgpu_cc_has_nneg(LLVMValueRef value)
{
#if LLVM_VERSION_MAJOR >= 18
    return LLVMIsAZExtInst(value) && LLVMGetNNeg(value);
#else
    (void)value;
    return false;
#endif
}

/* Of an `or`: no bit is set on both sides, so that it is a sum. */
static inline bool vgpu_cc_is_disjoint(LLVMValueRef value)
{
#if LLVM_VERSION_MAJOR >= 18
    return LLVMGetInstructionOpcode(value) == LLVMOr && LLVMGetIsDisjoint(value);
#else
    (void)value;
    return false;
#endif
}

/* vgpu_cc_drop_wrap_flags - what was known of all items need not hold for the first. */
static inline void vgpu_cc_drop_wrap_flags(LLVMValueRef value)
{
#if LLVM_VERSION_MAJOR >= 17
    if (vgpu_cc_can_wrap(value)) {
        LLVMSetNSW(value, 0);
        LLVMSetNUW(value, 0);
    }
#else
    (void)value;
#endif
}

/* vgpu_cc_copy_flags - of arithmetic, from one instruction to another of the same kind.
 */
static inline void vgpu_cc_copy_flags(LLVMValueRef from, LLVMValueRef to)
{
    if (!LLVMIsAInstruction(to) ||
        LLVMGetInstructionOpcode(to) != LLVMGetInstructionOpcode(from))
        return; /* folded */
#if LLVM_VERSION_MAJOR >= 17
    if (vgpu_cc_can_wrap(from)) {
        LLVMSetNSW(to, LLVMGetNSW(from));
        LLVMSetNUW(to, LLVMGetNUW(from));
    }
#endif
#if LLVM_VERSION_MAJOR >= 18
    if (LLVMCanValueUseFastMathFlags(from) && LLVMCanValueUseFastMathFlags(to))
        LLVMSetFastMathFlags(to, LLVMGetFastMathFlags(from));
    if (LLVMIsAZExtInst(from))
        LLVMSetNNeg(to, LLVMGetNNeg(from));
    if (LLVMGetInstructionOpcode(from) == LLVMOr)
        LLVMSetIsDisjoint(to, LLVMGetIsDisjoint(from));
#endif
}

static inline unsigned vgpu_cc_attribute_kind(const char *name)
{
    return LLVMGetEnumAttributeKindForName(name, strlen(name));
}

/* vgpu_cc_touches_no_memory - the function's result depends on its arguments alone. */
static inline bool vgpu_cc_touches_no_memory(LLVMValueRef function)
{
#if LLVM_VERSION_MAJOR >= 16
    LLVMAttributeRef memory = LLVMGetEnumAttributeAtIndex(
        function, LLVMAttributeFunctionIndex, vgpu_cc_attribute_kind("memory"));

    return memory && LLVMGetEnumAttributeValue(memory) == 0;
#else
    return LLVMGetEnumAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                                       vgpu_cc_attribute_kind("readnone")) != NULL;
#endif
}

#endif
