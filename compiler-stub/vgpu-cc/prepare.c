/* SPDX-License-Identifier: MIT */
/* A linked module becomes what kernels are made of. */
#define _GNU_SOURCE
#include "prepare.h"

#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "builtin/builtins.h"
#include "byval.h"
#include "call_graph.h"
#include "collective.h"
#include "compat.h"
#include "context.h"
#include "divisor.h"
#include "inline.h"
#include "kernels.h"
#include "place.h"
#include "traced/traced.h"

/* Scalar clean-up. What would unroll or vectorise what shall become rows of work-items
 * comes after those are made; what would turn loops into calls of memset never. */
/* Vectors are taken apart first: rows want their elements singly, and LLVM (to 19, at
 * least) takes `c - v` for `v - c` where it takes an element out of a loop's vector v. */
static const char take_apart[] =
    "function(lower-expect,sroa,scalarizer,early-cse<memssa>)";
static const char simplify[] =
    "function(" VGPU_CC_PASS_INSTCOMBINE
    ",simplifycfg,sroa,loop-mssa(loop-instsimplify,loop-simplifycfg,licm,loop-rotate,"
    "licm),loop(indvars,loop-deletion,loop-unroll-full),sroa,early-cse<memssa>,"
    "gvn<no-pre>," VGPU_CC_PASS_INSTCOMBINE ",simplifycfg,adce)";
/* Of larger functions only what takes its time in proportion. */
static const char simplify_large[] =
    "function(" VGPU_CC_PASS_INSTCOMBINE ",simplifycfg,early-cse,adce)";
#define LARGE 5000u /* instructions */

/* The form that kernels have to have. */
static const char canonicalise[] = "function(" VGPU_CC_PASS_LOWER_SWITCH
                                   ",fix-irreducible,mergereturn,loop-simplify,lcssa)";

static bool rename_value(LLVMValueRef value, const char *prefix)
{
    char *name = NULL;
    size_t length;

    if (asprintf(&name, "%s%s", prefix, LLVMGetValueName2(value, &length)) < 0)
        return false;
    LLVMSetValueName2(value, name, strlen(name));
    free(name);
    return true;
}

/* No name of the source's may meet one of the C library or of a pseudo function. */
static bool rename_all(struct vgpu_cc_module *module)
{
    bool ok = true;

    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (!LLVMIsDeclaration(f))
            ok &= rename_value(f, vgpu_cc_is_kernel(f) ? VGPU_CC_KERNEL_PREFIX
                                                       : VGPU_CC_FUNCTION_PREFIX);
    }
    VGPU_CC_EACH_GLOBAL (g, module->module) {
        if (!LLVMIsDeclaration(g))
            ok &= rename_value(g, VGPU_CC_VARIABLE_PREFIX);
    }
    return ok || vgpu_cc_error(module, "out of memory");
}

/* Sections such as ".init_array" mean something to the loader, and linkage to the linker:
 * a source's attributes may ask for any. C files say by section what is __local. */
static void make_symbols_plain(struct vgpu_cc_module *module)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (LLVMIsDeclaration(f))
            continue;
        LLVMSetSection(f, "");
        LLVMSetAlignment(f, 0);
        if (vgpu_cc_is_kernel(f))
            LLVMSetLinkage(f, LLVMExternalLinkage);
    }
    VGPU_CC_EACH_GLOBAL (g, module->module) {
        if (LLVMIsDeclaration(g))
            continue;
        if (!module->is_c)
            LLVMSetSection(g, "");
        if (LLVMGetLinkage(g) != LLVMPrivateLinkage)
            LLVMSetLinkage(g, LLVMInternalLinkage);
    }
}

/* Here too late to be of use, and kept alive by lists like llvm.used. */
static void drop_lists(struct vgpu_cc_module *module)
{
    static const char *const names[] = {"llvm.used", "llvm.compiler.used",
                                        "llvm.global_ctors", "llvm.global_dtors",
                                        "llvm.global.annotations"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        LLVMValueRef list = LLVMGetNamedGlobal(module->module, names[i]);

        if (list)
            LLVMDeleteGlobal(list);
    }
}

/* What is reached only where behaviour is undefined returns. */
static void end_unreachable(struct vgpu_cc_module *module)
{
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(module->context);

    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (!vgpu_cc_is_kernel(f))
            continue;
        VGPU_CC_EACH_BLOCK (b, f) {
            LLVMValueRef end = LLVMGetBasicBlockTerminator(b);

            if (LLVMIsAUnreachableInst(end)) {
                LLVMPositionBuilderBefore(builder, end);
                LLVMBuildRetVoid(builder);
                LLVMInstructionEraseFromParent(end);
            }
        }
    }
    LLVMDisposeBuilder(builder);
}

/* Passes leave functions with these attributes alone. */
static void set_optnone(struct vgpu_cc_module *module, bool is_set)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (LLVMIsDeclaration(f) ||
            !vgpu_cc_has_string_attribute(f, VGPU_CC_NOT_OPTIMISED))
            continue;
        vgpu_cc_attribute_remove(f, "alwaysinline");
        if (is_set) {
            vgpu_cc_attribute_add(module, f, "noinline");
            vgpu_cc_attribute_add(module, f, "optnone");
        } else {
            vgpu_cc_attribute_remove(f, "optnone");
        }
    }
}

/* What remains can do little wrong that has a line, and inlining takes its time to write
 * them. Where one of the sources was
 * compiled with -g, all keep theirs. */
static void drop_lines(struct vgpu_cc_module *module)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (LLVMGetSubprogram(f) && !vgpu_cc_has_string_attribute(f, VGPU_CC_LINES_ONLY))
            return;
    }
    LLVMStripModuleDebugInfo(module->module);
}

/* Whether it tells, or makes use of, which work-items are in a group. */
static bool sees_groups(LLVMValueRef call)
{
    static const char *const groupless[] = {"global_id", "global_size", "global_offset",
                                            "work_dim",  "variables",   "printf",
                                            "traced_"};
    static const char prefix[] = "vgpu.";
    const char *name;
    size_t length;

    if (!LLVMIsACallInst(call) || !LLVMIsAFunction(LLVMGetCalledValue(call)))
        return false;
    name = LLVMGetValueName2(LLVMGetCalledValue(call), &length);
    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return false;
    name += sizeof prefix - 1;
    for (size_t i = 0; i < sizeof groupless / sizeof *groupless; i++)
        if (strncmp(name, groupless[i], strlen(groupless[i])) == 0)
            return false;
    return true;
}

static bool has_local_parameter(const struct vgpu_declaration *declaration)
{
    for (uint32_t i = 0; i < declaration->num_parameters; i++)
        if (declaration->parameters[i].space == VGPU_SPACE_LOCAL)
            return true;
    return false;
}

static bool is_shadow(LLVMValueRef variable)
{
    size_t length;

    return strncmp(LLVMGetValueName2(variable, &length), VGPU_CC_SHADOW_NAME,
                   sizeof VGPU_CC_SHADOW_NAME - 1) == 0;
}

static void find_facts(struct vgpu_cc_module *module, LLVMValueRef function,
                       struct vgpu_unit_kernel *kernel)
{
    VGPU_CC_EACH_BLOCK (b, function) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            if (LLVMIsAAllocaInst(i) && !is_shadow(i))
                kernel->private_bytes +=
                    LLVMABISizeOfType(module->layout, LLVMGetAllocatedType(i));
            else if (vgpu_cc_calls(i, "vgpu.barrier") ||
                     vgpu_cc_calls(i, "vgpu.sub_group_barrier"))
                kernel->has_barrier = true;
            kernel->sees_groups |= sees_groups(i);
            kernel->sees_sub_groups |=
                vgpu_cc_called(i) && vgpu_cc_is_of_sub_groups(vgpu_cc_called(i));
        }
    }
}

/* A kernel that still calls functions is taken to call all that are left. */
static void find_all_facts(struct vgpu_cc_module *module, struct vgpu_unit *unit)
{
    struct vgpu_unit_kernel called = {.has_barrier = false};

    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (!LLVMIsDeclaration(f) && !vgpu_cc_is_kernel(f))
            find_facts(module, f, &called);
    }
    for (size_t i = 0; i < unit->num_kernels; i++) {
        struct vgpu_unit_kernel *kernel = &unit->kernels[i];
        LLVMValueRef function = vgpu_cc_kernel_find(module, kernel->declaration.name);

        kernel->sees_groups = has_local_parameter(&kernel->declaration);
        find_facts(module, function, kernel);
        if (vgpu_cc_has_string_attribute(function, VGPU_CC_HAS_CALLS)) {
            kernel->has_barrier |= called.has_barrier;
            kernel->sees_groups |= called.sees_groups;
            kernel->sees_sub_groups |= called.sees_sub_groups;
            kernel->private_bytes += called.private_bytes;
        }
    }
}

/* Names that only this program may give, and LLVM. An asm label can give a function any.
 */
static bool check_name(struct vgpu_cc_module *module, LLVMValueRef function)
{
    size_t length;
    const char *name = LLVMGetValueName2(function, &length);

    if (!LLVMIsDeclaration(function) ||
        (strncmp(name, "vgpu.", 5) != 0 &&
         (strncmp(name, "llvm.", 5) != 0 || vgpu_cc_is_intrinsic(function))))
        return true;
    return vgpu_cc_error(module, "no function can be called '%s'", name);
}

/* What names another value, or makes symbols of its own, escapes all that follows. */
static bool check_symbols(struct vgpu_cc_module *module)
{
    const LLVMValueRef alias = LLVMGetFirstGlobalAlias(module->module),
                       ifunc = LLVMGetFirstGlobalIFunc(module->module);
    size_t length;

    (void)LLVMGetModuleInlineAsm(module->module, &length);
    if (length > 0)
        return vgpu_cc_error(module, "there is assembly outside of functions, which "
                                     "OpenCL C does not have");
    if (alias || ifunc)
        return vgpu_cc_error(module, "'%s' is an alias, which OpenCL C does not have",
                             vgpu_cc_source_name(alias ? alias : ifunc));
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (!module->is_c && !check_name(module, f))
            return false;
    }
    return vgpu_cc_module_verify(module, "front end");
}

static bool check_calls(struct vgpu_cc_module *module)
{
    struct vgpu_cc_call_graph graph;

    if (!vgpu_cc_call_graph_init(&graph, module))
        return false;
    vgpu_cc_call_graph_fini(&graph);
    return true;
}

static bool tidy_up(struct vgpu_cc_module *module)
{
    set_optnone(module, true);
    if (!vgpu_cc_passes_run(module, take_apart) ||
        !vgpu_cc_passes_run(
            module, vgpu_cc_largest_function(module) > LARGE ? simplify_large : simplify))
        return false;
    set_optnone(module, false);
    end_unreachable(module);
    if (!vgpu_cc_passes_run(module, canonicalise))
        return false;
    set_optnone(module, true);
    return true;
}

bool vgpu_cc_prepare_unwatched(struct vgpu_cc_module *module)
{
    vgpu_cc_untrace(module);
    return tidy_up(module);
}

bool vgpu_cc_prepare(struct vgpu_cc_module *module, struct vgpu_unit *unit)
{
    unit->kind = VGPU_UNIT_EXECUTABLE;
    drop_lists(module);
    if (!check_symbols(module) || !check_calls(module) ||
        !vgpu_cc_kernels_read(module, &unit->kernels, &unit->num_kernels) ||
        !rename_all(module) || !vgpu_cc_builtins_lower(module))
        return false;
    make_symbols_plain(module);
    if (module->watch == VGPU_CC_WATCH_NOTHING)
        drop_lines(module);
    if (!vgpu_cc_inline(module))
        return false;
    vgpu_cc_byval_copy(module);
    if (module->watch != VGPU_CC_WATCH_NOTHING) {
        if (!vgpu_cc_trace(module, unit))
            return false;
        drop_lines(module);
    }
    vgpu_cc_divisors_guard(module);
    if (!vgpu_cc_place(module, unit))
        return false;
    if (!tidy_up(module))
        return false;
    find_all_facts(module, unit);
    return vgpu_cc_module_verify(module, "prepare");
}
