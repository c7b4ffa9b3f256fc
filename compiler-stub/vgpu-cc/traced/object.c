/* SPDX-License-Identifier: MIT */
/* From an address back to where it comes from. */
#include "traced/object.h"

#include <string.h>

#include "context.h"
#include "place.h"

#define MOST_SOURCES 16 /* that phis and selects choose from */

struct search {
    LLVMValueRef seen[4 * MOST_SOURCES], found[MOST_SOURCES];
    unsigned num_seen, num_found;
    bool is_lost;
};

static LLVMValueRef without_steps(LLVMValueRef value)
{
    for (;;) {
        const bool is_expression = LLVMIsAConstantExpr(value) != NULL;
        const LLVMOpcode opcode = is_expression ? LLVMGetConstOpcode(value)
                                  : LLVMIsAInstruction(value)
                                      ? LLVMGetInstructionOpcode(value)
                                      : (LLVMOpcode)0;

        if (opcode != LLVMGetElementPtr && opcode != LLVMBitCast &&
            opcode != LLVMAddrSpaceCast && opcode != LLVMFreeze)
            return value;
        value = LLVMGetOperand(value, 0);
    }
}

static bool was_seen(struct search *search, LLVMValueRef value)
{
    for (unsigned i = 0; i < search->num_seen; i++)
        if (search->seen[i] == value)
            return true;
    if (search->num_seen == sizeof search->seen / sizeof *search->seen)
        search->is_lost = true;
    else
        search->seen[search->num_seen++] = value;
    return search->is_lost;
}

static void find(struct search *search, LLVMValueRef value)
{
    value = without_steps(value);
    if (was_seen(search, value))
        return;
    if (LLVMIsAPHINode(value)) {
        for (unsigned i = 0; i < LLVMCountIncoming(value) && !search->is_lost; i++)
            find(search, LLVMGetIncomingValue(value, i));
    } else if (LLVMIsASelectInst(value)) {
        find(search, LLVMGetOperand(value, 1));
        find(search, LLVMGetOperand(value, 2));
    } else if (search->num_found == MOST_SOURCES) {
        search->is_lost = true;
    } else {
        search->found[search->num_found++] = value;
    }
}

/* The operand of the kernel's metadata that belongs to the argument. */
static LLVMValueRef argument_fact(struct vgpu_cc_module *module, LLVMValueRef kernel,
                                  const char *name, unsigned argument)
{
    const unsigned kind =
        LLVMGetMDKindIDInContext(module->context, name, (unsigned)strlen(name));
    LLVMValueRef list = LLVMGetMetadata(kernel, kind), facts[256];
    const unsigned count = list ? LLVMGetMDNodeNumOperands(list) : 0;

    if (argument >= count || count > sizeof facts / sizeof *facts)
        return NULL;
    LLVMGetMDNodeOperands(list, facts);
    return facts[argument];
}

static struct vgpu_cc_object argument(struct vgpu_cc_module *module, LLVMValueRef kernel,
                                      LLVMValueRef value)
{
    static const enum vgpu_traced_space spaces[] = {
        VGPU_TRACED_PRIVATE, VGPU_TRACED_GLOBAL, VGPU_TRACED_CONSTANT, VGPU_TRACED_LOCAL};
    struct vgpu_cc_object object = {.value = value};
    LLVMValueRef space, name;
    unsigned index = 0, length;

    while (LLVMGetParam(kernel, index) != value)
        index++;
    space = argument_fact(module, kernel, "kernel_arg_addr_space", index);
    name = argument_fact(module, kernel, "kernel_arg_name", index);
    if (space && LLVMIsAConstantInt(space) && LLVMConstIntGetZExtValue(space) < 4)
        object.space = spaces[LLVMConstIntGetZExtValue(space)];
    if (name)
        object.name = LLVMGetMDString(name, &length);
    return object;
}

/* A function's static variable is called "function.variable". */
static const char *variable_name(LLVMValueRef global)
{
    const char *name = vgpu_cc_source_name(global), *const dot = strrchr(name, '.');

    return dot && dot[1] ? dot + 1 : name;
}

static struct vgpu_cc_object variable(struct vgpu_cc_module *module, LLVMValueRef global)
{
    struct vgpu_cc_object object = {.value = global, .name = variable_name(global)};

    object.bytes = LLVMABISizeOfType(module->layout, LLVMGlobalGetValueType(global));
    object.space = LLVMIsGlobalConstant(global)        ? VGPU_TRACED_CONSTANT
                   : vgpu_cc_is_local_variable(global) ? VGPU_TRACED_LOCAL
                                                       : VGPU_TRACED_GLOBAL;
    return object;
}

static struct vgpu_cc_object object_of_source(struct vgpu_cc_module *module,
                                              LLVMValueRef kernel, LLVMValueRef value)
{
    struct vgpu_cc_object unknown = {.space = VGPU_TRACED_GENERIC};

    if (LLVMIsAAllocaInst(value))
        return (struct vgpu_cc_object){
            .value = value,
            .space = VGPU_TRACED_PRIVATE,
            .bytes = LLVMABISizeOfType(module->layout, LLVMGetAllocatedType(value))};
    if (LLVMIsAArgument(value))
        return argument(module, kernel, value);
    if (LLVMIsAGlobalVariable(value))
        return variable(module, value);
    return unknown;
}

struct vgpu_cc_object vgpu_cc_object_of(struct vgpu_cc_module *module,
                                        LLVMValueRef kernel, LLVMValueRef pointer)
{
    struct search search = {.num_seen = 0};
    struct vgpu_cc_object object = {.space = VGPU_TRACED_GENERIC};

    find(&search, pointer);
    if (search.is_lost || search.num_found == 0)
        return object;
    object = object_of_source(module, kernel, search.found[0]);
    for (unsigned i = 1; i < search.num_found; i++) {
        const struct vgpu_cc_object other =
            object_of_source(module, kernel, search.found[i]);

        if (other.space != object.space)
            object.space = VGPU_TRACED_GENERIC;
        object.value = NULL;
        object.name = NULL;
        object.bytes = 0;
    }
    return object;
}
