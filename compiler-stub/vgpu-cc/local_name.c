/* SPDX-License-Identifier: MIT */
/* __local variables, for debuggers: each becomes a local variable of the kernel, which
 * lies where a pointer on the stack points. */
#include "local_name.h"

#include <llvm-c/DebugInfo.h>
#include <llvm/Config/llvm-config.h>
#include <stdlib.h>

#include "context.h"

#define DEREFERENCE UINT64_C(0x06) /* DW_OP_deref */

/* Operands of the metadata that describes a variable. */
enum operand { NAME = 1, TYPE = 3, NUM_OPERANDS = 4, MOST_OPERANDS = 32 };
#define GLOBALS_OF_UNIT 6 /* an operand of that which describes a source */

/* The node of a DIGlobalVariableExpression that the front end left, or NULL. */
static LLVMMetadataRef description_of(struct vgpu_cc_module *module, LLVMValueRef global)
{
    const unsigned kind = LLVMGetMDKindIDInContext(module->context, "dbg", 3);
    LLVMMetadataRef found = NULL;
    size_t count = 0;
    LLVMValueMetadataEntry *entries = LLVMGlobalCopyAllMetadata(global, &count);

    for (unsigned i = 0; i < count && !found; i++)
        if (LLVMValueMetadataEntriesGetKind(entries, i) == kind)
            found = LLVMValueMetadataEntriesGetMetadata(entries, i);
    LLVMDisposeValueMetadataEntries(entries);
    return found;
}

#if LLVM_VERSION_MAJOR >= 17
/* The list without one of its elements. */
static LLVMMetadataRef without(struct vgpu_cc_module *module, LLVMValueRef list,
                               LLVMMetadataRef element)
{
    const unsigned count = LLVMGetMDNodeNumOperands(list);
    LLVMValueRef *elements = calloc((size_t)count + 1, sizeof(LLVMValueRef));
    LLVMMetadataRef *kept = calloc((size_t)count + 1, sizeof(LLVMMetadataRef));
    LLVMMetadataRef result = NULL;
    size_t num_kept = 0;

    if (elements && kept) {
        LLVMGetMDNodeOperands(list, elements);
        for (unsigned i = 0; i < count; i++)
            if (elements[i] && LLVMValueAsMetadata(elements[i]) != element)
                kept[num_kept++] = LLVMValueAsMetadata(elements[i]);
        result = LLVMMDNodeInContext2(module->context, kept, num_kept);
    }
    free(elements);
    free(kept);
    return result;
}

/* A debugger would find the variable twice, the first time without a place. */
static void forget(struct vgpu_cc_module *module, LLVMMetadataRef description)
{
    const unsigned num_units =
        LLVMGetNamedMetadataNumOperands(module->module, "llvm.dbg.cu");
    LLVMValueRef *units = calloc((size_t)num_units + 1, sizeof(LLVMValueRef));

    if (units)
        LLVMGetNamedMetadataOperands(module->module, "llvm.dbg.cu", units);
    for (unsigned i = 0; units && i < num_units; i++) {
        LLVMValueRef operands[MOST_OPERANDS] = {NULL};
        LLVMMetadataRef list = NULL;

        if (LLVMGetMDNodeNumOperands(units[i]) > MOST_OPERANDS)
            continue;
        LLVMGetMDNodeOperands(units[i], operands);
        if (operands[GLOBALS_OF_UNIT])
            list = without(module, operands[GLOBALS_OF_UNIT], description);
        if (list)
            LLVMReplaceMDNodeOperandWith(units[i], GLOBALS_OF_UNIT, list);
    }
    free(units);
}
#else
static void forget(struct vgpu_cc_module *module, LLVMMetadataRef description)
{
    (void)module;
    (void)description;
}
#endif

static void declare(struct vgpu_cc_module *module, LLVMDIBuilderRef builder,
                    LLVMValueRef place, LLVMMetadataRef variable,
                    LLVMMetadataRef location, LLVMValueRef behind)
{
    uint64_t operation = DEREFERENCE;
    LLVMMetadataRef expression = LLVMDIBuilderCreateExpression(builder, &operation, 1);

#if LLVM_VERSION_MAJOR >= 19
    const LLVMBool has_records = LLVMIsNewDbgInfoFormat(module->module);

    LLVMSetIsNewDbgInfoFormat(module->module, true);
    LLVMDIBuilderInsertDeclareRecordBefore(builder, place, variable, expression, location,
                                           behind);
    LLVMSetIsNewDbgInfoFormat(module->module, has_records);
#else
    (void)module;
    LLVMDIBuilderInsertDeclareBefore(builder, place, variable, expression, location,
                                     behind);
#endif
}

static void describe(struct vgpu_cc_module *module, LLVMMetadataRef kernel,
                     LLVMMetadataRef description, LLVMValueRef place, LLVMValueRef behind)
{
    LLVMValueRef operands[MOST_OPERANDS] = {NULL};
    LLVMValueRef node = LLVMMetadataAsValue(module->context, description);
    const unsigned count = LLVMGetMDNodeNumOperands(node);
    const unsigned line = LLVMDIVariableGetLine(description);
    LLVMDIBuilderRef builder;
    LLVMMetadataRef variable;
    const char *name;
    unsigned length;

    if (count < NUM_OPERANDS || count > MOST_OPERANDS)
        return;
    LLVMGetMDNodeOperands(node, operands);
    if (!operands[NAME] || !operands[TYPE])
        return;
    name = LLVMGetMDString(operands[NAME], &length);
    builder = LLVMCreateDIBuilderDisallowUnresolved(module->module);
    variable = LLVMDIBuilderCreateAutoVariable(
        builder, kernel, name, length, LLVMDIVariableGetFile(description), line,
        LLVMValueAsMetadata(operands[TYPE]), true, LLVMDIFlagZero, 0);
    declare(module, builder, place, variable,
            LLVMDIBuilderCreateDebugLocation(module->context, line, 0, kernel, NULL),
            behind);
    LLVMDIBuilderFinalize(builder);
    LLVMDisposeDIBuilder(builder);
}

void vgpu_cc_local_name(struct vgpu_cc_module *module, LLVMValueRef kernel,
                        LLVMValueRef global, LLVMValueRef address, LLVMValueRef behind)
{
    LLVMMetadataRef subprogram = LLVMGetSubprogram(kernel);
    LLVMMetadataRef description;
    LLVMBuilderRef builder;
    LLVMValueRef place;

    if (!subprogram || !vgpu_cc_has_string_attribute(kernel, VGPU_CC_NOT_OPTIMISED) ||
        vgpu_cc_has_string_attribute(kernel, VGPU_CC_LINES_ONLY))
        return;
    description = description_of(module, global);
    if (!description)
        return;
    builder = LLVMCreateBuilderInContext(module->context);
    LLVMPositionBuilderBefore(builder, behind);
    place = LLVMBuildAlloca(builder, module->ptr, "");
    LLVMBuildStore(builder, address, place);
    LLVMDisposeBuilder(builder);
    describe(module, subprogram, LLVMDIGlobalVariableExpressionGetVariable(description),
             place, behind);
    forget(module, description);
}
