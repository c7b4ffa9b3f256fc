/* SPDX-License-Identifier: MIT */
/* What differs between the versions of LLVM (15 to 19) that vgpu-cc builds with. */
#ifndef VGPU_CC_COMPAT_H
#define VGPU_CC_COMPAT_H

#include <llvm-c/Core.h>
#include <llvm/Config/llvm-config.h>

#if LLVM_VERSION_MAJOR >= 17
#define VGPU_CC_PASS_LOWER_SWITCH "lower-switch"
#else
#define VGPU_CC_PASS_LOWER_SWITCH "lowerswitch"
#endif

/* By that name alone, newer versions stop the process where one more round would have
 * changed something. */
#if LLVM_VERSION_MAJOR >= 18
#define VGPU_CC_PASS_INSTCOMBINE "instcombine<no-verify-fixpoint>"
#else
#define VGPU_CC_PASS_INSTCOMBINE "instcombine"
#endif

/* Whether clang, of the same version, takes what is asked of it for traced kernels in C.
 */
#define VGPU_CC_FRONT_END_TRACES_C (LLVM_VERSION_MAJOR >= 17)

static inline LLVMTypeRef vgpu_cc_array_type(LLVMTypeRef element, size_t count)
{
#if LLVM_VERSION_MAJOR >= 17
    return LLVMArrayType2(element, count);
#else
    return LLVMArrayType(element, (unsigned)count);
#endif
}

static inline size_t vgpu_cc_array_length(LLVMTypeRef array)
{
#if LLVM_VERSION_MAJOR >= 17
    return LLVMGetArrayLength2(array);
#else
    return LLVMGetArrayLength(array);
#endif
}

#endif
