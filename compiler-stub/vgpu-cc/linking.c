/* SPDX-License-Identifier: MIT */
/* Several sources' modules become one. */
#include "linking.h"

#include <llvm-c/Linker.h>

#include "context.h"

static bool is_visible_definition(LLVMValueRef value)
{
    return value && !LLVMIsDeclaration(value) &&
           LLVMGetLinkage(value) == LLVMExternalLinkage;
}

/* LLVM's own message would name one symbol and neither kind nor reason. */
static bool check_duplicates(struct vgpu_cc_module *module, LLVMModuleRef other)
{
    bool ok = true;
    size_t length;

    VGPU_CC_EACH_FUNCTION (f, other) {
        const char *name = LLVMGetValueName2(f, &length);

        if (is_visible_definition(f) &&
            is_visible_definition(LLVMGetNamedFunction(module->module, name)))
            ok = vgpu_cc_error(module, "%s '%s' is defined by two of the programs",
                               vgpu_cc_is_kernel(f) ? "kernel" : "function", name);
    }
    VGPU_CC_EACH_GLOBAL (g, other) {
        const char *name = LLVMGetValueName2(g, &length);

        if (is_visible_definition(g) &&
            is_visible_definition(LLVMGetNamedGlobal(module->module, name)))
            ok = vgpu_cc_error(module, "variable '%s' is defined by two of the programs",
                               name);
    }
    return ok;
}

bool vgpu_cc_link(struct vgpu_cc_module *module, const void *bitcode, size_t size)
{
    LLVMModuleRef other;

    if (!module->module)
        return vgpu_cc_module_read(module, bitcode, size);
    other = vgpu_cc_module_parse(module, bitcode, size);
    if (!other)
        return false;
    if (!check_duplicates(module, other)) {
        LLVMDisposeModule(other);
        return false;
    }
    return !LLVMLinkModules2(module->module, other) ||
           vgpu_cc_error(module, "the programs do not fit together");
}
