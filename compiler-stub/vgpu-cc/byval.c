/* SPDX-License-Identifier: MIT */
/* Structs as parameters of kernels. */
#include "byval.h"

#include "context.h"

/* Intrinsics that read what the pointer points to, or nothing at all. */
static bool call_only_reads(LLVMValueRef call, LLVMValueRef pointer)
{
    static const char *const names[] = {"llvm.memcpy", "llvm.memmove",
                                        "llvm.memcpy.inline"};
    static const char *const harmless[] = {"llvm.lifetime.start", "llvm.lifetime.end",
                                           "llvm.dbg.declare", "llvm.dbg.value"};
    LLVMValueRef called = vgpu_cc_called(call);
    const unsigned id = called ? LLVMGetIntrinsicID(called) : 0;

    for (size_t i = 0; id && i < sizeof names / sizeof *names; i++) {
        if (id == LLVMLookupIntrinsicID(names[i], __builtin_strlen(names[i])))
            return LLVMGetOperand(call, 0) != pointer;
    }
    for (size_t i = 0; id && i < sizeof harmless / sizeof *harmless; i++) {
        if (id == LLVMLookupIntrinsicID(harmless[i], __builtin_strlen(harmless[i])))
            return true;
    }
    return false;
}

/* Depth-first; addresses that go round in a phi count as changed. */
static bool is_only_read(LLVMValueRef pointer)
{
    for (LLVMUseRef use = LLVMGetFirstUse(pointer); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (LLVMIsALoadInst(user) && !LLVMGetVolatile(user))
            continue;
        if (LLVMIsACallInst(user) && call_only_reads(user, pointer))
            continue;
        if ((LLVMIsAGetElementPtrInst(user) || LLVMIsABitCastInst(user)) &&
            is_only_read(user))
            continue;
        return false;
    }
    return true;
}

/* What clang says of the parameter, or else what its type wants. */
static unsigned alignment(struct vgpu_cc_module *module, LLVMValueRef function,
                          unsigned index, LLVMTypeRef type)
{
    LLVMAttributeRef align = LLVMGetEnumAttributeAtIndex(
        function, index + 1, LLVMGetEnumAttributeKindForName("align", 5));

    return align ? (unsigned)LLVMGetEnumAttributeValue(align)
                 : LLVMABIAlignmentOfType(module->layout, type);
}

static void copy_parameter(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                           LLVMValueRef function, unsigned index, LLVMTypeRef type)
{
    const LLVMValueRef parameter = LLVMGetParam(function, index);
    const unsigned align = alignment(module, function, index, type);
    LLVMValueRef copy, size;

    LLVMPositionBuilderBefore(builder,
                              LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(function)));
    copy = LLVMBuildAlloca(builder, type, "");
    LLVMSetAlignment(copy, align);
    LLVMReplaceAllUsesWith(parameter, copy);
    size = LLVMConstInt(module->i64, LLVMABISizeOfType(module->layout, type), false);
    LLVMBuildMemCpy(builder, copy, align, parameter, align, size);
}

void vgpu_cc_byval_copy(struct vgpu_cc_module *module)
{
    const unsigned kind = LLVMGetEnumAttributeKindForName("byval", 5);
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(module->context);

    VGPU_CC_EACH_FUNCTION (f, module->module) {
        const unsigned count = vgpu_cc_is_kernel(f) ? LLVMCountParams(f) : 0;

        for (unsigned i = 0; i < count; i++) {
            LLVMAttributeRef byval = LLVMGetEnumAttributeAtIndex(f, i + 1, kind);

            if (byval && !is_only_read(LLVMGetParam(f, i)))
                copy_parameter(module, builder, f, i, LLVMGetTypeAttributeValue(byval));
        }
    }
    LLVMDisposeBuilder(builder);
}
