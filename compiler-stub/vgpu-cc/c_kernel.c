/* SPDX-License-Identifier: MIT */
/* A kernel in C becomes a function like those that clang makes of OpenCL C. */
#define _GNU_SOURCE
#include "c_kernel.h"

#include <CL/cl_vgpu_abi.h>
#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "context.h"
#include "declaration.h"

#define BASE_ALIGN 128u

/* Members of struct vgpu_kernel_description. */
enum member { PARAMETERS = 3, NUM_ARGS = 5, ARG_SIZES = 6 };

struct c_kernel {
    struct vgpu_cc_module *module;
    const char *name;
    LLVMValueRef old, function;
    LLVMValueRef description; /* its initialiser */
    unsigned count;           /* of parameters */
    struct vgpu_declaration declaration;
    struct {
        LLVMValueRef call; /* that asks where the value lies */
        LLVMValueRef load; /* of the whole value, or NULL: it stays where it lies */
        size_t size;
    } args[VGPU_MAX_KERNEL_ARGS];
};

static LLVMValueRef member(const struct c_kernel *kernel, enum member member)
{
    return LLVMGetAggregateElement(kernel->description, (unsigned)member);
}

static bool find_description(struct c_kernel *kernel)
{
    char *name = NULL;
    LLVMValueRef global = NULL;

    if (asprintf(&name, "vgpu_kernel_description_%s", kernel->name) >= 0)
        global = LLVMGetNamedGlobal(kernel->module->module, name);
    free(name);
    if (!global || !LLVMGetInitializer(global))
        return vgpu_cc_error(kernel->module,
                             "kernel '%s' has no description; define kernels with the "
                             "macros of <CL/cl_vgpu_kernel.h>",
                             kernel->name);
    kernel->description = LLVMGetInitializer(global);
    kernel->count = (unsigned)LLVMConstIntGetZExtValue(member(kernel, NUM_ARGS));
    return kernel->count <= VGPU_MAX_KERNEL_ARGS ||
           vgpu_cc_error(kernel->module, "kernel '%s' has more than %d parameters",
                         kernel->name, VGPU_MAX_KERNEL_ARGS);
}

/* The description points behind the kernel's name, which the macro's text begins with. */
static bool read_declaration(struct c_kernel *kernel)
{
    LLVMValueRef text = member(kernel, PARAMETERS);
    const size_t skip = strlen(kernel->name) + 1;
    const char *bytes = NULL;
    char *error = NULL;
    size_t size = 0;
    int err;

    while (LLVMIsAConstantExpr(text))
        text = LLVMGetOperand(text, 0);
    text = LLVMIsAGlobalVariable(text) ? LLVMGetInitializer(text) : NULL;
    if (text && LLVMIsAConstantDataSequential(text))
        bytes = LLVMGetAsString(text, &size);
    if (!bytes || size <= skip)
        return vgpu_cc_error(kernel->module, "kernel '%s' says nothing of its parameters",
                             kernel->name);
    err = vgpu_declaration_from_macro(kernel->name, bytes + skip, &kernel->declaration,
                                      &error);
    if (err)
        vgpu_cc_error(kernel->module, "%s", error ? error : "out of memory");
    free(error);
    return !err;
}

static bool is_simple(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind:
        return LLVMGetIntTypeWidth(type) <= 64;
    case LLVMHalfTypeKind:
    case LLVMFloatTypeKind:
    case LLVMDoubleTypeKind:
    case LLVMPointerTypeKind:
        return true;
    case LLVMVectorTypeKind:
        return is_simple(LLVMGetElementType(type));
    default:
        return false;
    }
}

/* The load of the whole value, if that is all that happens to the place. */
static LLVMValueRef only_load(const struct c_kernel *kernel, LLVMValueRef call,
                              size_t size)
{
    LLVMUseRef use = LLVMGetFirstUse(call);
    LLVMValueRef load = use && !LLVMGetNextUse(use) ? LLVMGetUser(use) : NULL;

    return load && LLVMIsALoadInst(load) && is_simple(LLVMTypeOf(load)) &&
                   LLVMABISizeOfType(kernel->module->layout, LLVMTypeOf(load)) == size
               ? load
               : NULL;
}

static void find_arguments(struct c_kernel *kernel)
{
    LLVMValueRef sizes = member(kernel, ARG_SIZES);

    sizes = LLVMGetInitializer(sizes);
    for (unsigned i = 0; i < kernel->count; i++)
        kernel->args[i].size =
            LLVMConstIntGetZExtValue(LLVMGetAggregateElement(sizes, i));
    VGPU_CC_EACH_BLOCK (b, kernel->old) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            uint64_t index;

            if (!vgpu_cc_calls(i, "vgpu_cc_argument"))
                continue;
            index = LLVMConstIntGetZExtValue(LLVMGetOperand(i, 0));
            if (index < kernel->count) {
                kernel->args[index].call = i;
                kernel->args[index].load = only_load(kernel, i, kernel->args[index].size);
            }
        }
    }
}

/* Its type's alignment divides the size, and the values lie at larger powers of two. */
static unsigned alignment_of(size_t size)
{
    const size_t align = size & -size;

    return align < BASE_ALIGN ? (unsigned)align : BASE_ALIGN;
}

static void mark_place(struct c_kernel *kernel, unsigned index)
{
    LLVMContextRef context = kernel->module->context;
    const size_t size = kernel->args[index].size;
    LLVMTypeRef bytes = vgpu_cc_array_type(kernel->module->i8, size);

    LLVMAddAttributeAtIndex(
        kernel->function, index + 1,
        LLVMCreateTypeAttribute(context, LLVMGetEnumAttributeKindForName("byval", 5),
                                bytes));
    LLVMAddAttributeAtIndex(
        kernel->function, index + 1,
        LLVMCreateEnumAttribute(context, LLVMGetEnumAttributeKindForName("align", 5),
                                alignment_of(size)));
}

/* C lets a helper function have the kernel's name. One that is elsewhere has to keep its
 * own. */
static bool free_name(struct c_kernel *kernel)
{
    LLVMValueRef other = LLVMGetNamedFunction(kernel->module->module, kernel->name);
    static const char another[] = "helper";

    if (other && LLVMIsDeclaration(other))
        return vgpu_cc_error(
            kernel->module,
            "kernel '%s' has the name of a function that its file calls; "
            "rename one of them",
            kernel->name);
    if (other)
        LLVMSetValueName2(other, another, sizeof another - 1);
    return true;
}

static bool declare(struct c_kernel *kernel)
{
    struct vgpu_cc_module *module = kernel->module;
    LLVMTypeRef types[VGPU_MAX_KERNEL_ARGS];
    LLVMMetadataRef subprogram = LLVMGetSubprogram(kernel->old);

    if (!free_name(kernel))
        return false;
    for (unsigned i = 0; i < kernel->count; i++)
        types[i] = kernel->args[i].load ? LLVMTypeOf(kernel->args[i].load) : module->ptr;
    kernel->function =
        LLVMAddFunction(module->module, kernel->name,
                        LLVMFunctionType(module->void_type, types, kernel->count, false));
    LLVMSetFunctionCallConv(kernel->function, VGPU_CC_KERNEL_CALL);
    vgpu_cc_attributes_copy(kernel->old, kernel->function);
    LLVMSetSubprogram(kernel->old, NULL);
    if (subprogram)
        LLVMSetSubprogram(kernel->function, subprogram);
    for (unsigned i = 0; i < kernel->count; i++) {
        if (!kernel->args[i].load)
            mark_place(kernel, i);
    }
    return true;
}

static void move_body(struct c_kernel *kernel)
{
    LLVMBasicBlockRef start =
        LLVMAppendBasicBlockInContext(kernel->module->context, kernel->function, "");
    LLVMBasicBlockRef last = start, block;

    while ((block = LLVMGetFirstBasicBlock(kernel->old))) {
        LLVMMoveBasicBlockAfter(block, last);
        last = block;
    }
    LLVMDeleteBasicBlock(start);
    LLVMDeleteFunction(kernel->old);
    for (unsigned i = 0; i < kernel->count; i++) {
        LLVMValueRef call = kernel->args[i].call, load = kernel->args[i].load;

        if (!call)
            continue;
        LLVMReplaceAllUsesWith(load ? load : call, LLVMGetParam(kernel->function, i));
        if (load)
            LLVMInstructionEraseFromParent(load);
        LLVMInstructionEraseFromParent(call);
    }
}

static LLVMMetadataRef string(struct c_kernel *kernel, const char *text)
{
    return LLVMMDStringInContext2(kernel->module->context, text, strlen(text));
}

/* The number of the address space, as clang counts them. */
static LLVMMetadataRef space_of(struct c_kernel *kernel,
                                const struct vgpu_parameter *parameter)
{
    static const unsigned numbers[] = {[VGPU_SPACE_PRIVATE] = 0,
                                       [VGPU_SPACE_GLOBAL] = 1,
                                       [VGPU_SPACE_CONSTANT] = 2,
                                       [VGPU_SPACE_LOCAL] = 3};

    return LLVMValueAsMetadata(
        LLVMConstInt(kernel->module->i32, numbers[parameter->space], false));
}

static void note(struct c_kernel *kernel, const char *name, LLVMMetadataRef *values)
{
    LLVMContextRef context = kernel->module->context;

    LLVMGlobalSetMetadata(kernel->function,
                          LLVMGetMDKindIDInContext(context, name, (unsigned)strlen(name)),
                          LLVMMDNodeInContext2(context, values, kernel->count));
}

static void note_all(struct c_kernel *kernel)
{
    LLVMMetadataRef spaces[VGPU_MAX_KERNEL_ARGS], types[VGPU_MAX_KERNEL_ARGS],
        base_types[VGPU_MAX_KERNEL_ARGS], names[VGPU_MAX_KERNEL_ARGS],
        qualifiers[VGPU_MAX_KERNEL_ARGS];

    for (unsigned i = 0; i < kernel->count; i++) {
        const struct vgpu_parameter *parameter = &kernel->declaration.parameters[i];

        spaces[i] = space_of(kernel, parameter);
        types[i] = string(kernel, parameter->type);
        base_types[i] = string(kernel, parameter->same_as);
        names[i] = string(kernel, parameter->name);
        qualifiers[i] = string(kernel, "");
    }
    note(kernel, "kernel_arg_addr_space", spaces);
    note(kernel, "kernel_arg_type", types);
    note(kernel, "kernel_arg_base_type", base_types);
    note(kernel, "kernel_arg_name", names);
    note(kernel, "kernel_arg_type_qual", qualifiers);
}

bool vgpu_cc_c_kernel_make(struct vgpu_cc_module *module, LLVMValueRef function,
                           const char *name)
{
    struct c_kernel kernel = {.module = module, .name = name, .old = function};
    bool ok = find_description(&kernel) && read_declaration(&kernel);

    if (ok && kernel.declaration.num_parameters != kernel.count)
        ok = vgpu_cc_error(module, "kernel '%s' has %u parameters, and names %u", name,
                           kernel.count, kernel.declaration.num_parameters);
    if (ok) {
        find_arguments(&kernel);
        ok = declare(&kernel);
    }
    if (ok) {
        move_body(&kernel);
        note_all(&kernel);
    }
    vgpu_declaration_fini(&kernel.declaration);
    return ok;
}
