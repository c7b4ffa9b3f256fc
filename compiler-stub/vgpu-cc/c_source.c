/* SPDX-License-Identifier: MIT */
/* C files with kernels: kernels here, the host's functions there. */
#define _GNU_SOURCE
#include "c_source.h"

#include <CL/cl_vgpu_abi.h>
#include <stdlib.h>
#include <string.h>

#include "c_kernel.h"
#include "context.h"
#include "place.h"

static const char *name_of(LLVMValueRef value)
{
    size_t length;

    return LLVMGetValueName2(value, &length);
}

static bool starts_with(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

static bool is_kernel(LLVMValueRef function)
{
    return !LLVMIsDeclaration(function) &&
           starts_with(name_of(function), VGPU_CC_C_KERNEL_PREFIX);
}

static bool is_local(LLVMValueRef global)
{
    const char *section = LLVMGetSection(global);

    return section && strcmp(section, VGPU_CC_LOCAL_SECTION) == 0;
}

/* One of which there must not be two. */
static bool is_variable(LLVMValueRef global)
{
    return !LLVMIsDeclaration(global) && !LLVMIsGlobalConstant(global) &&
           !is_local(global) && !starts_with(name_of(global), "llvm.");
}

/* Both modules reach the variable by a name that the final object does not have. */
static bool share_variables(struct vgpu_cc_module *module)
{
    VGPU_CC_EACH_GLOBAL (g, module->module) {
        char *name = NULL;

        if (!is_variable(g) || LLVMGetLinkage(g) != LLVMInternalLinkage)
            continue;
        if (asprintf(&name, VGPU_CC_SHARED_PREFIX "%s", name_of(g)) < 0)
            return vgpu_cc_error(module, "out of memory");
        LLVMSetValueName2(g, name, strlen(name));
        LLVMSetLinkage(g, LLVMExternalLinkage);
        LLVMSetVisibility(g, LLVMHiddenVisibility);
        free(name);
    }
    return true;
}

static bool declare_variable(struct vgpu_cc_module *module, LLVMValueRef global)
{
    LLVMValueRef declared =
        LLVMAddGlobal(module->module, LLVMGlobalGetValueType(global), "");
    char *name = strdup(name_of(global));

    if (!name)
        return vgpu_cc_error(module, "out of memory");
    LLVMSetThreadLocalMode(declared, LLVMGetThreadLocalMode(global));
    LLVMSetAlignment(declared, LLVMGetAlignment(global));
    LLVMSetVisibility(declared, LLVMGetVisibility(global));
    LLVMReplaceAllUsesWith(global, declared);
    LLVMDeleteGlobal(global);
    LLVMSetValueName2(declared, name, strlen(name));
    free(name);
    return true;
}

static bool declare_variables(struct vgpu_cc_module *module)
{
    LLVMValueRef next;

    for (LLVMValueRef g = LLVMGetFirstGlobal(module->module); g; g = next) {
        next = LLVMGetNextGlobal(g);
        if (is_variable(g) && !declare_variable(module, g))
            return false;
    }
    return true;
}

/* What the C compiler would have made the thread's is the group's: no detour to it. */
static void free_locals(struct vgpu_cc_module *module)
{
    VGPU_CC_EACH_GLOBAL (g, module->module) {
        if (is_local(g))
            LLVMSetThreadLocal(g, false);
    }
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        LLVMUseRef next;

        if (!starts_with(name_of(f), "llvm.threadlocal.address"))
            continue;
        for (LLVMUseRef use = LLVMGetFirstUse(f); use; use = next) {
            LLVMValueRef call = LLVMGetUser(use), global = LLVMGetOperand(call, 0);

            next = LLVMGetNextUse(use);
            if (LLVMIsAGlobalVariable(global) && is_local(global)) {
                LLVMReplaceAllUsesWith(call, global);
                LLVMInstructionEraseFromParent(call);
            }
        }
    }
}

static bool make_kernels(struct vgpu_cc_module *module)
{
    LLVMValueRef next;

    for (LLVMValueRef f = LLVMGetFirstFunction(module->module); f; f = next) {
        char *name;
        bool ok;

        next = LLVMGetNextFunction(f);
        if (!is_kernel(f))
            continue;
        name = strdup(name_of(f) + strlen(VGPU_CC_C_KERNEL_PREFIX));
        ok = name ? vgpu_cc_c_kernel_make(module, f, name)
                  : vgpu_cc_error(module, "out of memory");
        free(name);
        if (!ok)
            return false;
    }
    return true;
}

static void drop_list(LLVMModuleRef module, const char *name)
{
    LLVMValueRef list = LLVMGetNamedGlobal(module, name);

    if (list)
        LLVMDeleteGlobal(list);
}

/* Leaves the kernels and what they need. */
static bool drop_host(struct vgpu_cc_module *module)
{
    drop_list(module->module, "llvm.used");
    drop_list(module->module, "llvm.compiler.used");
    drop_list(module->module, "llvm.global_ctors");
    drop_list(module->module, "llvm.global_dtors");
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (!LLVMIsDeclaration(f) && !vgpu_cc_is_kernel(f))
            LLVMSetLinkage(f, LLVMInternalLinkage);
    }
    VGPU_CC_EACH_GLOBAL (g, module->module) {
        if (!LLVMIsDeclaration(g))
            LLVMSetLinkage(g, LLVMInternalLinkage);
    }
    return vgpu_cc_passes_run(module, "globaldce");
}

/* Helper functions that wait at a barrier are no use to anybody but kernels. */
static void hide_callers(LLVMModuleRef host, const char *name)
{
    LLVMValueRef function = LLVMGetNamedFunction(host, name);

    for (LLVMUseRef use = function ? LLVMGetFirstUse(function) : NULL; use;
         use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (LLVMIsAInstruction(user))
            LLVMSetLinkage(LLVMGetBasicBlockParent(LLVMGetInstructionParent(user)),
                           LLVMInternalLinkage);
    }
}

static void drop_kernels(LLVMModuleRef host)
{
    LLVMValueRef next;

    for (LLVMValueRef f = LLVMGetFirstFunction(host); f; f = next) {
        next = LLVMGetNextFunction(f);
        if (is_kernel(f))
            LLVMDeleteFunction(f);
    }
    VGPU_CC_EACH_GLOBAL (g, host) {
        if (is_local(g))
            LLVMSetSection(g, "");
    }
    hide_callers(host, "_Z7barrierj");
}

bool vgpu_cc_c_split(struct vgpu_cc_module *module, LLVMModuleRef *host_out)
{
    LLVMModuleRef host;

    if (!share_variables(module))
        return false;
    host = LLVMCloneModule(module->module);
    drop_kernels(host);
    free_locals(module);
    if (!declare_variables(module) || !make_kernels(module) || !drop_host(module)) {
        LLVMDisposeModule(host);
        return false;
    }
    *host_out = host;
    return true;
}

static bool is_local_parameter(struct vgpu_cc_module *module, LLVMValueRef parameter)
{
    static const char name[] = "kernel_arg_addr_space";
    LLVMValueRef function = LLVMGetParamParent(parameter);
    LLVMValueRef spaces[VGPU_MAX_KERNEL_ARGS];
    LLVMValueRef list = LLVMGetMetadata(
        function, LLVMGetMDKindIDInContext(module->context, name, sizeof name - 1));
    const unsigned count = LLVMCountParams(function);

    if (!list || LLVMGetMDNodeNumOperands(list) != count)
        return false;
    LLVMGetMDNodeOperands(list, spaces);
    for (unsigned i = 0; i < count; i++) {
        if (LLVMGetParam(function, i) == parameter)
            return LLVMConstIntGetZExtValue(spaces[i]) == 3;
    }
    return false;
}

static bool points_to_local(struct vgpu_cc_module *module, LLVMValueRef pointer)
{
    while (LLVMIsAGetElementPtrInst(pointer) || LLVMIsABitCastInst(pointer))
        pointer = LLVMGetOperand(pointer, 0);
    if (LLVMIsAArgument(pointer))
        return is_local_parameter(module, pointer);
    return LLVMIsAInstruction(pointer) && vgpu_cc_calls(pointer, "vgpu.local_memory");
}

void vgpu_cc_c_mark_local_atomics(struct vgpu_cc_module *module)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (!vgpu_cc_is_kernel(f))
            continue;
        VGPU_CC_EACH_BLOCK (b, f) {
            VGPU_CC_EACH_INSTRUCTION (i, b) {
                if ((LLVMIsAAtomicRMWInst(i) || LLVMIsAAtomicCmpXchgInst(i)) &&
                    points_to_local(module, LLVMGetOperand(i, 0)))
                    LLVMSetAtomicSingleThread(i, true);
            }
        }
    }
}
