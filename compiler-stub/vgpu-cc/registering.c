/* SPDX-License-Identifier: MIT */
/* Functions that register an object's kernels when it is loaded. */
#include "registering.h"

#include <CL/cl_vgpu_abi.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "text.h"

static LLVMValueRef define(struct vgpu_cc_module *module, LLVMValueRef value)
{
    LLVMValueRef global = LLVMAddGlobal(module->module, LLVMTypeOf(value), "");

    LLVMSetInitializer(global, value);
    LLVMSetGlobalConstant(global, true);
    LLVMSetLinkage(global, LLVMInternalLinkage);
    return global;
}

static LLVMValueRef string(struct vgpu_cc_module *module, const char *text)
{
    return define(module, LLVMConstStringInContext(module->context, text,
                                                   (unsigned)strlen(text), false));
}

static bool check_parameters(struct vgpu_cc_module *module,
                             const struct vgpu_declaration *declaration)
{
    if (declaration->num_parameters > VGPU_MAX_KERNEL_ARGS)
        return vgpu_cc_error(module, "kernel '%s' has more than %d parameters",
                             declaration->name, VGPU_MAX_KERNEL_ARGS);
    for (uint32_t i = 0; i < declaration->num_parameters; i++) {
        const struct vgpu_parameter *parameter = &declaration->parameters[i];

        if (parameter->size == 0)
            return vgpu_cc_error(
                module,
                "kernel '%s' has the parameter '%s' of type %s, which no registered "
                "kernel can have; compile this source with clBuildProgram",
                declaration->name, parameter->name, parameter->type);
    }
    return true;
}

/* As it would be written, with its attributes. */
static char *declaration_text(const struct vgpu_declaration *declaration)
{
    static const char kernel[] = "__kernel ";
    char *plain = vgpu_declaration_print(declaration);
    struct vgpu_text text = {0};
    const char *at = declaration->attributes;

    vgpu_text_add(&text, kernel);
    while (*at) {
        const size_t length = strcspn(at, " ");

        vgpu_text_add(&text, "__attribute__((");
        vgpu_text_append(&text, at, length);
        vgpu_text_add(&text, ")) ");
        at += length;
        at += *at == ' ';
    }
    if (plain)
        vgpu_text_add(&text, plain + strlen(kernel));
    else
        text.failed = true;
    free(plain);
    return vgpu_text_take(&text);
}

static LLVMValueRef sizes(struct vgpu_cc_module *module,
                          const struct vgpu_declaration *declaration)
{
    LLVMValueRef values[VGPU_MAX_KERNEL_ARGS];

    for (uint32_t i = 0; i < declaration->num_parameters; i++)
        values[i] = LLVMConstInt(module->i64, declaration->parameters[i].size, false);
    return define(module,
                  LLVMConstArray(module->i64, values, declaration->num_parameters));
}

/* A struct vgpu_kernel_description. */
static LLVMValueRef describe(struct vgpu_cc_module *module,
                             const struct vgpu_unit_kernel *kernel, const char *file,
                             LLVMValueRef code)
{
    const struct vgpu_declaration *declaration = &kernel->declaration;
    const unsigned kind =
        kernel->has_barrier ? VGPU_KIND_OF_KERNEL_BARRIER : VGPU_KIND_OF_KERNEL_PLAIN;
    LLVMValueRef null = LLVMConstPointerNull(module->ptr), values[11];
    char *text = declaration_text(declaration);

    _Static_assert(offsetof(struct vgpu_kernel_description, code) == 80 &&
                       offsetof(struct vgpu_kernel_description, item) == 88,
                   "the struct below has the layout of struct vgpu_kernel_description");
    if (!text) {
        vgpu_cc_error(module, "out of memory");
        return NULL;
    }
    values[0] =
        LLVMConstInt(module->i64, offsetof(struct vgpu_kernel_description, item), false);
    values[1] = LLVMConstInt(module->i32, kind, false);
    values[2] = string(module, declaration->name);
    values[3] = null;
    values[4] = string(module, text);
    values[5] = LLVMConstInt(module->i32, declaration->num_parameters, false);
    values[6] = sizes(module, declaration);
    values[7] = null;
    values[8] = string(module, file);
    values[9] = LLVMConstInt(module->i32, 1, false);
    values[10] = code;
    free(text);
    return define(module, LLVMConstStructInContext(module->context, values, 11, false));
}

/* A function that calls one of libvgpu's with each description, in the list of those that
 * the loader calls. */
static void add_caller(struct vgpu_cc_module *module, const char *callee,
                       LLVMTypeRef result, const char *list, LLVMValueRef *descriptions,
                       size_t count)
{
    LLVMTypeRef type = LLVMFunctionType(result, &module->ptr, 1, false);
    LLVMValueRef function = LLVMAddFunction(module->module, callee, type);
    LLVMValueRef caller =
        LLVMAddFunction(module->module, "vgpu.kernels",
                        LLVMFunctionType(module->void_type, NULL, 0, false));
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(module->context);
    LLVMValueRef entry[] = {LLVMConstInt(module->i32, 65535, false), caller,
                            LLVMConstPointerNull(module->ptr)};
    LLVMValueRef row, global;

    LLVMSetLinkage(caller, LLVMInternalLinkage);
    LLVMPositionBuilderAtEnd(builder,
                             LLVMAppendBasicBlockInContext(module->context, caller, ""));
    for (size_t i = 0; i < count; i++)
        LLVMBuildCall2(builder, type, function, &descriptions[i], 1, "");
    LLVMBuildRetVoid(builder);
    LLVMDisposeBuilder(builder);
    row = LLVMConstStructInContext(module->context, entry, 3, false);
    global = LLVMAddGlobal(module->module, LLVMArrayType(LLVMTypeOf(row), 1), list);
    LLVMSetInitializer(global, LLVMConstArray(LLVMTypeOf(row), &row, 1));
    LLVMSetLinkage(global, LLVMAppendingLinkage);
}

bool vgpu_cc_registering_add(struct vgpu_cc_module *module, const struct vgpu_unit *unit,
                             const char *file, LLVMValueRef *codes)
{
    const size_t count = unit->num_kernels;
    LLVMValueRef *descriptions = calloc(count + 1, sizeof(LLVMValueRef));
    bool ok = descriptions || vgpu_cc_error(module, "out of memory");

    for (size_t i = 0; ok && i < count; i++) {
        ok = check_parameters(module, &unit->kernels[i].declaration);
        if (ok)
            descriptions[i] = describe(module, &unit->kernels[i], file, codes[i]);
        ok = ok && descriptions[i];
    }
    if (ok) {
        add_caller(module, "vgpu_kernel_register", module->i32, "llvm.global_ctors",
                   descriptions, count);
        add_caller(module, "vgpu_kernel_unregister", module->void_type,
                   "llvm.global_dtors", descriptions, count);
    }
    free(descriptions);
    return ok;
}
