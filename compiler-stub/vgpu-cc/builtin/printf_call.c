/* SPDX-License-Identifier: MIT */
/* From C's printf, whose vectors clang passes as x86-64 passes them, to vgpu.printf. */
#include "printf_call.h"

#include "convention.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *vgpu_cc_printf_format(LLVMValueRef operand)
{
    LLVMValueRef initializer;
    const char *bytes;
    char *text;
    size_t size;

    while (LLVMIsAConstantExpr(operand))
        operand = LLVMGetOperand(operand, 0);
    if (!LLVMIsAGlobalVariable(operand) || !LLVMIsGlobalConstant(operand))
        return NULL;
    initializer = LLVMGetInitializer(operand);
    if (!initializer || !LLVMIsAConstantDataSequential(initializer) ||
        !LLVMIsConstantString(initializer))
        return NULL;
    bytes = LLVMGetAsString(initializer, &size);
    text = malloc(size + 1);
    if (text) {
        memcpy(text, bytes, size);
        text[size] = '\0';
    }
    return text;
}

/* The vector that a conversion asks for; NULL: it asks for none. */
static LLVMTypeRef vector_type(struct vgpu_cc_module *module,
                               const struct vgpu_print_directive *directive)
{
    unsigned bits = vgpu_print_element_bits(directive);
    LLVMTypeRef element;

    if (directive->lanes == 1)
        return NULL;
    if (bits == 0)
        bits = 32;
    if (vgpu_print_is_float(directive->conversion))
        element = bits == 64   ? module->f64
                  : bits == 16 ? LLVMHalfTypeInContext(module->context)
                               : module->f32;
    else
        element = LLVMIntTypeInContext(module->context, bits);
    return LLVMVectorType(element, directive->lanes);
}

bool vgpu_cc_printf_next(const char **format, struct vgpu_print_directive *directive_out)
{
    while (*format) {
        *format = strchr(*format, '%');
        if (!*format)
            return false;
        *format = vgpu_print_directive_read(*format + 1, directive_out);
        if (*format && directive_out->conversion != '%')
            return true;
    }
    return false;
}

/* What does not fit stays as it is: it will be printed as what it is. */
static LLVMValueRef argument(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                             LLVMValueRef call, unsigned at,
                             const struct vgpu_print_directive *directive)
{
    LLVMTypeRef type = directive ? vector_type(module, directive) : NULL;
    LLVMValueRef value = NULL;

    if (type)
        value = vgpu_cc_passed_argument(builder, module, call, at, type);
    return value ? value : LLVMGetOperand(call, at);
}

static LLVMTypeRef pseudo_type(struct vgpu_cc_module *module)
{
    return LLVMFunctionType(module->i32, &module->ptr, 1, true);
}

static LLVMValueRef pseudo_function(struct vgpu_cc_module *module)
{
    LLVMValueRef function = LLVMGetNamedFunction(module->module, "vgpu.printf");

    return function ? function
                    : LLVMAddFunction(module->module, "vgpu.printf", pseudo_type(module));
}

static bool lower_call(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                       LLVMValueRef call)
{
    unsigned count = LLVMGetNumArgOperands(call);
    LLVMValueRef *arguments = calloc(count, sizeof(LLVMValueRef)), value;
    char *text = vgpu_cc_printf_format(LLVMGetOperand(call, 0));
    const char *format = text;

    if (!arguments) {
        free(text);
        return false;
    }
    LLVMPositionBuilderBefore(builder, call);
    arguments[0] = LLVMGetOperand(call, 0);
    for (unsigned i = 1; i < count; i++) {
        struct vgpu_print_directive directive;
        bool has = vgpu_cc_printf_next(&format, &directive);
        arguments[i] = argument(module, builder, call, i, has ? &directive : NULL);
    }
    value = LLVMBuildCall2(builder, pseudo_type(module), pseudo_function(module),
                           arguments, count, "");
    LLVMReplaceAllUsesWith(call, value);
    LLVMInstructionEraseFromParent(call);
    free(arguments);
    free(text);
    return true;
}

bool vgpu_cc_printf_calls_lower(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                                LLVMValueRef function)
{
    LLVMUseRef use;

    while ((use = LLVMGetFirstUse(function))) {
        LLVMValueRef user = LLVMGetUser(use);
        if (!LLVMIsACallInst(user) || LLVMGetCalledValue(user) != function) {
            fprintf(module->log, "error: the address of printf is taken\n");
            return false;
        }
        if (!lower_call(module, builder, user)) {
            fprintf(module->log, "error: not enough memory\n");
            return false;
        }
    }
    LLVMDeleteFunction(function);
    return true;
}
