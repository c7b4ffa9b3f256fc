/* SPDX-License-Identifier: MIT */
/* From vgpu.printf to the host's function that the loaded code is given. */
#include "printf.h"

#include "code_abi.h"
#include "printf_call.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define SLOT 16

/* The word for a value's kind. */
static void append_kind(struct vgpu_cc_module *module, LLVMTypeRef type, bool is_string,
                        char *kinds, size_t size)
{
    size_t used = strlen(kinds);
    unsigned lanes = 1;
    const char *separator = used ? " " : "";

    if (LLVMGetTypeKind(type) == LLVMPointerTypeKind) {
        snprintf(kinds + used, size - used, "%s%c", separator, is_string ? 's' : 'p');
        return;
    }
    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind) {
        lanes = LLVMGetVectorSize(type);
        type = LLVMGetElementType(type);
    }
    used += (size_t)snprintf(kinds + used, size - used, "%s%c%llu", separator,
                             LLVMGetTypeKind(type) == LLVMIntegerTypeKind ? 'i' : 'f',
                             LLVMSizeOfTypeInBits(module->layout, type));
    if (lanes > 1)
        snprintf(kinds + used, size - used, "x%u", lanes);
}

static unsigned slots_of(struct vgpu_cc_module *module, LLVMTypeRef type)
{
    unsigned long long bytes = (LLVMSizeOfTypeInBits(module->layout, type) + 7) / 8;

    return (unsigned)((bytes + SLOT - 1) / SLOT);
}

static LLVMValueRef gep(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                        LLVMValueRef base, size_t bytes)
{
    LLVMValueRef index = LLVMConstInt(module->i64, bytes, false);

    return LLVMBuildGEP2(builder, module->i8, base, &index, 1, "");
}

static LLVMValueRef links_variable(struct vgpu_cc_module *module)
{
    LLVMValueRef variable = LLVMGetNamedGlobal(module->module, VGPU_CODE_LINKS_NAME);

    return variable ? variable
                    : LLVMAddGlobal(module->module, module->ptr, VGPU_CODE_LINKS_NAME);
}

/* Memory for all values, in the entry block so that it is allocated once. */
static LLVMValueRef values_memory(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                                  LLVMValueRef call, unsigned slots)
{
    LLVMValueRef function = LLVMGetBasicBlockParent(LLVMGetInstructionParent(call));
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(function);
    LLVMValueRef memory;

    LLVMPositionBuilder(builder, entry, LLVMGetFirstInstruction(entry));
    memory = LLVMBuildAlloca(builder,
                             LLVMArrayType(module->i8, SLOT * (slots ? slots : 1)), "");
    LLVMSetAlignment(memory, SLOT);
    return memory;
}

/* i1 and other odd widths, which no source has, become whole bytes. */
static LLVMValueRef whole(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                          LLVMValueRef value)
{
    if (LLVMTypeOf(value) == module->i1)
        return LLVMBuildZExt(builder, value, module->i32, "");
    return value;
}

static LLVMValueRef kinds_string(LLVMBuilderRef builder, const char *kinds)
{
    return LLVMBuildGlobalStringPtr(builder, kinds, "vgpu.kinds");
}

static void lower_call(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                       LLVMValueRef call, char *kinds, size_t kinds_size)
{
    LLVMTypeRef parameters[3] = {module->ptr, module->ptr, module->ptr};
    LLVMTypeRef type = LLVMFunctionType(module->i32, parameters, 3, false);
    unsigned count = LLVMGetNumArgOperands(call), slots = 0, at = 0;
    char *text = vgpu_cc_printf_format(LLVMGetOperand(call, 0));
    const char *format = text;
    LLVMValueRef memory, links, print, arguments[3];

    for (unsigned i = 1; i < count; i++)
        slots += slots_of(module, LLVMTypeOf(LLVMGetOperand(call, i)));
    memory = values_memory(module, builder, call, slots);
    LLVMPositionBuilderBefore(builder, call);
    kinds[0] = '\0';
    for (unsigned i = 1; i < count; i++) {
        LLVMValueRef value = whole(module, builder, LLVMGetOperand(call, i));
        struct vgpu_print_directive directive;
        bool is_string =
            vgpu_cc_printf_next(&format, &directive) && directive.conversion == 's';
        LLVMSetAlignment(LLVMBuildStore(builder, value,
                                        gep(module, builder, memory, (size_t)at * SLOT)),
                         SLOT);
        at += slots_of(module, LLVMTypeOf(value));
        append_kind(module, LLVMTypeOf(value), is_string, kinds, kinds_size);
    }
    links = LLVMBuildLoad2(builder, module->ptr, links_variable(module), "");
    print = LLVMBuildLoad2(
        builder, module->ptr,
        gep(module, builder, links, offsetof(struct vgpu_code_links, print)), "");
    arguments[0] = LLVMGetOperand(call, 0);
    arguments[1] = kinds_string(builder, kinds);
    arguments[2] = memory;
    LLVMReplaceAllUsesWith(call, LLVMBuildCall2(builder, type, print, arguments, 3, ""));
    LLVMInstructionEraseFromParent(call);
    free(text);
}

bool vgpu_cc_printf_lower(struct vgpu_cc_module *module)
{
    enum { ROOM_PER_VALUE = 12 };
    LLVMValueRef function = LLVMGetNamedFunction(module->module, "vgpu.printf");
    LLVMBuilderRef builder;
    LLVMUseRef use;
    bool is_done = true;

    if (!function)
        return true;
    builder = LLVMCreateBuilderInContext(module->context);
    while (is_done && (use = LLVMGetFirstUse(function))) {
        LLVMValueRef call = LLVMGetUser(use);
        size_t room = (size_t)LLVMGetNumArgOperands(call) * ROOM_PER_VALUE + 1;
        char *kinds = malloc(room);
        is_done = kinds != NULL;
        if (kinds)
            lower_call(module, builder, call, kinds, room);
        else
            fprintf(module->log, "error: not enough memory\n");
        free(kinds);
    }
    LLVMDisposeBuilder(builder);
    if (is_done)
        LLVMDeleteFunction(function);
    return is_done;
}
