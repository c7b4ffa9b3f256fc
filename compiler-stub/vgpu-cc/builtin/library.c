/* SPDX-License-Identifier: MIT */
/* Linking parts of our library of built-in functions into a module. */
#include "library.h"

#include <llvm-c/BitReader.h>
#include <llvm-c/Linker.h>
#include <stdlib.h>
#include <string.h>

bool vgpu_cc_library_init(struct vgpu_cc_library *library, struct vgpu_cc_module *module)
{
    library->module = module;
    library->is_linked = calloc(vgpu_cc_library_num_parts, sizeof(bool));
    return library->is_linked != NULL;
}

static int compare_entries(const void *name, const void *entry)
{
    return strcmp(name, ((const struct vgpu_cc_library_entry *)entry)->name);
}

static void add_attribute(LLVMContextRef context, LLVMValueRef function, const char *name)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                            LLVMCreateEnumAttribute(context, kind, 0));
}

/* Linked functions are the module's own. */
static void link_part(struct vgpu_cc_library *library, unsigned part)
{
    struct vgpu_cc_module *module = library->module;
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRange(
        (const char *)vgpu_cc_library_parts[part].bitcode,
        vgpu_cc_library_parts[part].size, "library", false);
    LLVMModuleRef source;

    library->is_linked[part] = true;
    if (LLVMParseBitcodeInContext2(module->context, buffer, &source) == 0) {
        LLVMSetTarget(source, LLVMGetTarget(module->module));
        LLVMSetDataLayout(source, LLVMGetDataLayoutStr(module->module));
        LLVMLinkModules2(module->module, source);
    }
    LLVMDisposeMemoryBuffer(buffer);
    for (unsigned i = 0; i < vgpu_cc_library_num_entries; i++) {
        const struct vgpu_cc_library_entry *entry = &vgpu_cc_library_entries[i];
        LLVMValueRef function;
        if (entry->part != part)
            continue;
        function = LLVMGetNamedFunction(module->module, entry->name);
        if (!function)
            continue;
        LLVMSetLinkage(function, LLVMInternalLinkage);
        add_attribute(module->context, function, "alwaysinline");
        add_attribute(module->context, function, "nounwind");
    }
}

LLVMValueRef vgpu_cc_library_function(struct vgpu_cc_library *library,
                                      const char *mangled)
{
    const struct vgpu_cc_library_entry *entry;
    char name[192] = VGPU_CC_LIBRARY_PREFIX;

    strncat(name, mangled, sizeof(name) - sizeof(VGPU_CC_LIBRARY_PREFIX));
    entry = bsearch(name, vgpu_cc_library_entries, vgpu_cc_library_num_entries,
                    sizeof(*entry), compare_entries);
    if (!entry)
        return NULL;
    if (!library->is_linked[entry->part])
        link_part(library, entry->part);
    return LLVMGetNamedFunction(library->module->module, name);
}

void vgpu_cc_library_fini(struct vgpu_cc_library *library)
{
    LLVMModuleRef module = library->module->module;

    for (unsigned i = 0; i < vgpu_cc_library_num_entries; i++) {
        LLVMValueRef function;
        if (!library->is_linked[vgpu_cc_library_entries[i].part])
            continue;
        function = LLVMGetNamedFunction(module, vgpu_cc_library_entries[i].name);
        if (function && !LLVMGetFirstUse(function))
            LLVMDeleteFunction(function);
    }
    free(library->is_linked);
    library->is_linked = NULL;
}
