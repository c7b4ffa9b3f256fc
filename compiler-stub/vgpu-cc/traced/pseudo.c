/* SPDX-License-Identifier: MIT */
/* Calls of the pseudo functions of traced kernels. */
#include "traced/pseudo.h"

#include <string.h>

#include "context.h"

#define INACCESSIBLE_MEMORY_MOD_REF (3u << 2) /* of LLVM's attribute `memory` */

static const char *const names[] = {[VGPU_CC_TRACED_BLOCK] = "vgpu.traced_block",
                                    [VGPU_CC_TRACED_ACCESS] = "vgpu.traced_access",
                                    [VGPU_CC_TRACED_CHECK] = "vgpu.traced_check",
                                    [VGPU_CC_TRACED_MEET] = "vgpu.traced_meet",
                                    [VGPU_CC_TRACED_PRIVATE] = "vgpu.traced_private"};

static LLVMTypeRef type_of(const struct vgpu_cc_module *m,
                           enum vgpu_cc_traced_pseudo pseudo)
{
    LLVMTypeRef site[] = {m->i32}, access[] = {m->i32, m->ptr, m->ptr, m->i1};
    LLVMTypeRef block[] = {m->i32, m->i1};
    LLVMTypeRef own[] = {m->i32, m->i1, m->i1, m->i64};

    switch (pseudo) {
    case VGPU_CC_TRACED_BLOCK:
        return LLVMFunctionType(m->void_type, block, 2, false);
    case VGPU_CC_TRACED_ACCESS:
        return LLVMFunctionType(m->void_type, access, 4, false);
    case VGPU_CC_TRACED_CHECK:
        return LLVMFunctionType(m->ptr, access, 3, false);
    case VGPU_CC_TRACED_PRIVATE:
        return LLVMFunctionType(m->void_type, own, 4, false);
    default:
        return LLVMFunctionType(m->void_type, site, 1, false);
    }
}

static void add_memory(struct vgpu_cc_module *module, LLVMValueRef function)
{
#if LLVM_VERSION_MAJOR >= 16
    const unsigned kind = LLVMGetEnumAttributeKindForName("memory", 6);

    LLVMAddAttributeAtIndex(
        function, LLVMAttributeFunctionIndex,
        LLVMCreateEnumAttribute(module->context, kind, INACCESSIBLE_MEMORY_MOD_REF));
#else
    vgpu_cc_attribute_add(module, function, "inaccessiblememonly");
#endif
}

/* Calls are neither merged nor duplicated: each is of one place, which whoever comes to
 * it is at together. What a kernel reads and writes is nothing to them, so that it can be
 * optimised all the same. */
static LLVMValueRef declare(struct vgpu_cc_module *module,
                            enum vgpu_cc_traced_pseudo pseudo)
{
    static const char *const attributes[] = {"nounwind", "willreturn", "nomerge",
                                             "noduplicate"};
    LLVMValueRef function = LLVMGetNamedFunction(module->module, names[pseudo]);

    if (function)
        return function;
    function = LLVMAddFunction(module->module, names[pseudo], type_of(module, pseudo));
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        vgpu_cc_attribute_add(module, function, attributes[i]);
    add_memory(module, function);
    return function;
}

LLVMValueRef vgpu_cc_traced_call(struct vgpu_cc_tracer *tracer,
                                 enum vgpu_cc_traced_pseudo pseudo, LLVMValueRef before,
                                 LLVMValueRef *args)
{
    LLVMValueRef function = declare(tracer->module, pseudo);
    LLVMTypeRef type = LLVMGlobalGetValueType(function);

    LLVMPositionBuilderBefore(tracer->at, before);
    return LLVMBuildCall2(tracer->at, type, function, args, LLVMCountParamTypes(type),
                          "");
}

enum vgpu_cc_traced_pseudo vgpu_cc_traced_call_of(LLVMValueRef instruction)
{
    LLVMValueRef called =
        LLVMIsACallInst(instruction) ? vgpu_cc_called(instruction) : NULL;
    const char *name;
    size_t length;

    if (!called)
        return VGPU_CC_NOT_TRACED;
    name = LLVMGetValueName2(called, &length);
    if (strncmp(name, "vgpu.traced_", 12) != 0)
        return VGPU_CC_NOT_TRACED;
    for (int i = VGPU_CC_TRACED_BLOCK; i <= VGPU_CC_TRACED_PRIVATE; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum vgpu_cc_traced_pseudo)i;
    return VGPU_CC_NOT_TRACED;
}
