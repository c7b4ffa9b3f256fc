/* SPDX-License-Identifier: MIT */
/* What <CL/cl_vgpu_kernel.h> puts into kernels in C, and nobody has written. */
#include "traced/machinery.h"

#include <string.h>

#include "context.h"

/* Twice: the item holds the group's address. */
static const char dissolve[] = "function(sroa,sroa,sccp)";

static const char keeper[] = "vgpu.keep";

/* Parameters are written before anything reads them, whoever named them. */
static bool is_machinery(LLVMValueRef variable)
{
    static const char *const starts[] = {"vgpu_", "agg.", "group", "result.ptr"};
    size_t length;
    const char *const name = LLVMGetValueName2(variable, &length);

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(name, starts[i], strlen(starts[i])) == 0)
            return true;
    return strstr(name, ".addr") != NULL;
}

/* A variable whose address is given away stays a variable. */
static void keep_variables(LLVMValueRef kernel, LLVMBuilderRef at, LLVMValueRef keep)
{
    LLVMTypeRef type = LLVMGlobalGetValueType(keep);

    VGPU_CC_EACH_BLOCK (b, kernel) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            if (!LLVMIsAAllocaInst(i) || is_machinery(i))
                continue;
            LLVMPositionBuilderBefore(at, LLVMGetNextInstruction(i));
            LLVMBuildCall2(at, type, keep, &i, 1, "");
        }
    }
}

static void let_go(LLVMValueRef keep)
{
    LLVMUseRef use;

    while ((use = LLVMGetFirstUse(keep)))
        LLVMInstructionEraseFromParent(LLVMGetUser(use));
    LLVMDeleteFunction(keep);
}

bool vgpu_cc_machinery_dissolve(struct vgpu_cc_module *module)
{
    LLVMTypeRef type = LLVMFunctionType(module->void_type, &module->ptr, 1, false);
    LLVMValueRef keep = LLVMAddFunction(module->module, keeper, type);
    LLVMBuilderRef at = LLVMCreateBuilderInContext(module->context);
    bool ok;

    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (vgpu_cc_is_kernel(f))
            keep_variables(f, at, keep);
    }
    LLVMDisposeBuilder(at);
    ok = vgpu_cc_passes_run(module, dissolve);
    let_go(keep);
    return ok;
}
