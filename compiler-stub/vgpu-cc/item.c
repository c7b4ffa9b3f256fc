/* SPDX-License-Identifier: MIT */
/* Work-items one by one, on fibers of the process that loads the code. */
#include "item.h"

#include <CL/cl_vgpu_abi.h>
#include <llvm-c/DebugInfo.h>
#include <stdlib.h>

#include "collective.h"
#include "context.h"
#include "links.h"
#include "lockstep/geometry.h"

#define MOST_ON_STACK  ((uint64_t)16 << 10) /* bytes of variables, of a fiber's 64 KiB */
#define VARIABLE_ALIGN 128u

/* Where a work-item finds what a pseudo function returns. */
enum home { IN_ITEM, IN_GROUP, IN_LINKS };

static const struct {
    enum vgpu_cc_pseudo pseudo;
    enum home home;
    size_t offset;
} homes[] = {
    {VGPU_CC_LOCAL_ID, IN_ITEM, offsetof(struct vgpu_item, local_id)},
    {VGPU_CC_GLOBAL_ID, IN_ITEM, offsetof(struct vgpu_item, global_id)},
    {VGPU_CC_GROUP_ID, IN_GROUP, offsetof(struct vgpu_group, group_id)},
    {VGPU_CC_LOCAL_SIZE, IN_GROUP, offsetof(struct vgpu_group, local_size)},
    {VGPU_CC_ENQUEUED_LOCAL_SIZE, IN_GROUP,
     offsetof(struct vgpu_group, enqueued_local_size)},
    {VGPU_CC_GLOBAL_SIZE, IN_GROUP, offsetof(struct vgpu_group, global_size)},
    {VGPU_CC_NUM_GROUPS, IN_GROUP, offsetof(struct vgpu_group, num_groups)},
    {VGPU_CC_GLOBAL_OFFSET, IN_GROUP, offsetof(struct vgpu_group, global_offset)},
    {VGPU_CC_WORK_DIM, IN_GROUP, offsetof(struct vgpu_group, work_dim)},
    {VGPU_CC_LOCAL_MEMORY, IN_GROUP, offsetof(struct vgpu_group, local_memory)},
    {VGPU_CC_VARIABLES, IN_LINKS, offsetof(struct vgpu_code_links, variables)},
};

/* One function, whose pseudo calls are being replaced. */
struct item {
    struct vgpu_cc_module *module;
    LLVMBuilderRef builder;
    unsigned sub_group_size;
    LLVMValueRef item;       /* struct vgpu_item */
    LLVMBasicBlockRef first; /* of the function */
    unsigned num_meetings;   /* of sub-groups, so far */
};

static LLVMTypeRef function_type(struct vgpu_cc_module *module, unsigned num_pointers)
{
    LLVMTypeRef types[3] = {module->ptr, module->ptr, module->ptr};

    return LLVMFunctionType(module->void_type, types, num_pointers, false);
}

static LLVMValueRef member(struct item *item, LLVMValueRef base, size_t offset,
                           unsigned dimension)
{
    return vgpu_cc_load_at(item->module, item->builder, item->module->i64, base,
                           offset + dimension * sizeof(size_t));
}

static LLVMValueRef own_group(struct item *item)
{
    return vgpu_cc_load_at(item->module, item->builder, item->module->ptr, item->item,
                           offsetof(struct vgpu_item, group));
}

/* The item's number in its group, over all dimensions. */
static LLVMValueRef linear_id(struct item *item)
{
    LLVMValueRef group = own_group(item);
    LLVMValueRef number =
        member(item, item->item, offsetof(struct vgpu_item, local_id), 2);

    for (unsigned d = 2; d-- > 0;) {
        number = LLVMBuildMul(
            item->builder, number,
            member(item, group, offsetof(struct vgpu_group, local_size), d), "");
        number = LLVMBuildAdd(
            item->builder, number,
            member(item, item->item, offsetof(struct vgpu_item, local_id), d), "");
    }
    return number;
}

static LLVMValueRef build_value(struct item *item, size_t row, unsigned dimension,
                                LLVMTypeRef type)
{
    const size_t offset = homes[row].offset + dimension * sizeof(size_t);
    LLVMValueRef base = item->item;

    if (homes[row].home == IN_LINKS)
        return vgpu_cc_links_member(item->module, item->builder, offset);
    if (homes[row].home == IN_GROUP)
        base = own_group(item);
    return vgpu_cc_load_at(item->module, item->builder, type, base, offset);
}

static void replace_value(struct item *item, LLVMValueRef call,
                          enum vgpu_cc_pseudo pseudo, unsigned dimension)
{
    for (size_t row = 0; row < sizeof homes / sizeof *homes; row++) {
        if (homes[row].pseudo == pseudo)
            LLVMReplaceAllUsesWith(call,
                                   build_value(item, row, dimension, LLVMTypeOf(call)));
    }
}

static void replace_barrier(struct item *item, LLVMValueRef call)
{
    struct vgpu_cc_module *module = item->module;
    LLVMTypeRef types[] = {module->ptr, module->i32, module->i32};
    LLVMTypeRef type = LLVMFunctionType(module->void_type, types, 3, false);
    LLVMValueRef arguments[] = {
        item->item, LLVMGetOperand(call, 0),
        LLVMConstInt(module->i32, LLVMGetDebugLocLine(call), false)};
    LLVMValueRef function = vgpu_cc_links_member(
        module, item->builder, offsetof(struct vgpu_code_links, item_barrier));

    LLVMBuildCall2(item->builder, type, function, arguments, 3, "");
}

static LLVMValueRef sub_group_place(struct item *item, bool is_local)
{
    LLVMValueRef size = LLVMConstInt(item->module->i64, item->sub_group_size, false);
    LLVMValueRef number = linear_id(item);

    number = is_local ? LLVMBuildURem(item->builder, number, size, "")
                      : LLVMBuildUDiv(item->builder, number, size, "");
    return LLVMBuildTrunc(item->builder, number, item->module->i32, "");
}

/* Room on the stack. */
static LLVMValueRef room_for(struct item *item, LLVMTypeRef type)
{
    LLVMBuilderRef at = LLVMCreateBuilderInContext(item->module->context);
    LLVMValueRef room;

    LLVMPositionBuilderBefore(at, LLVMGetFirstInstruction(item->first));
    room = LLVMBuildAlloca(at, type, "");
    LLVMDisposeBuilder(at);
    return room;
}

/* links->item_exchange(item, sub-group size, place, value, values, size): a bit for each
 * who brought. */
static LLVMValueRef build_exchange(struct item *item, LLVMValueRef value,
                                   LLVMValueRef values, uint64_t size)
{
    struct vgpu_cc_module *module = item->module;
    LLVMTypeRef types[] = {module->ptr, module->i32, module->i32,
                           module->ptr, module->ptr, module->i64};
    LLVMTypeRef type = LLVMFunctionType(module->i64, types, 6, false);
    LLVMValueRef arguments[] = {item->item,
                                LLVMConstInt(module->i32, item->sub_group_size, false),
                                LLVMConstInt(module->i32, item->num_meetings++, false),
                                value,
                                values,
                                LLVMConstInt(module->i64, size, false)};
    LLVMValueRef function = vgpu_cc_links_member(
        module, item->builder, offsetof(struct vgpu_code_links, item_exchange));

    return LLVMBuildCall2(item->builder, type, function, arguments, 6, "");
}

static void replace_sub_group_barrier(struct item *item)
{
    LLVMValueRef none = LLVMConstPointerNull(item->module->ptr);

    build_exchange(item, none, none, 0);
}

/* All items' values, side by side, and who was there. */
static LLVMValueRef exchanged(struct item *item, LLVMValueRef value,
                              struct vgpu_cc_lanes *lanes)
{
    struct vgpu_cc_module *module = item->module;
    LLVMTypeRef type = LLVMTypeOf(value);
    LLVMTypeRef vector = LLVMVectorType(type, lanes->width);
    LLVMTypeRef mask = LLVMVectorType(module->i1, lanes->width);
    LLVMTypeRef bits = LLVMIntTypeInContext(module->context, lanes->width);
    LLVMValueRef own = room_for(item, type), all = room_for(item, vector), who;

    LLVMBuildStore(item->builder, value, own);
    LLVMBuildStore(item->builder, LLVMConstNull(vector), all);
    who = build_exchange(item, own, all, LLVMABISizeOfType(module->layout, type));
    lanes->mask = LLVMBuildBitCast(
        item->builder, LLVMBuildTrunc(item->builder, who, bits, ""), mask, "");
    return LLVMBuildLoad2(item->builder, vector, all, "");
}

/* What rows compute on vectors, each item computes for itself. */
static void replace_collective(struct item *item, LLVMValueRef call,
                               const struct vgpu_cc_collective *collective)
{
    struct vgpu_cc_module *module = item->module;
    struct vgpu_cc_lanes lanes = {
        .module = module, .at = item->builder, .width = item->sub_group_size};
    LLVMValueRef value = LLVMGetOperand(call, 0), all;

    if (collective->kind == VGPU_CC_BALLOT)
        value = LLVMBuildZExt(item->builder, value, module->i8, "");
    all = exchanged(item, value, &lanes);
    switch (collective->kind) {
    case VGPU_CC_BALLOT:
        all = LLVMBuildTrunc(item->builder, all, LLVMVectorType(module->i1, lanes.width),
                             "");
        value = vgpu_cc_lanes_ballot(&lanes, all);
        break;
    case VGPU_CC_BROADCAST:
    case VGPU_CC_SHUFFLE:
        value = vgpu_cc_lanes_pick(&lanes, all, LLVMGetOperand(call, 1));
        break;
    case VGPU_CC_REDUCE:
        value = vgpu_cc_lanes_reduce(&lanes, collective->combination, all);
        break;
    case VGPU_CC_INCLUSIVE:
    case VGPU_CC_EXCLUSIVE:
        all = vgpu_cc_lanes_scan(&lanes, collective->combination,
                                 collective->kind == VGPU_CC_INCLUSIVE, all);
        value = vgpu_cc_lanes_pick(&lanes, all, sub_group_place(item, true));
        break;
    }
    LLVMReplaceAllUsesWith(call, value);
}

static void replace(struct item *item, LLVMValueRef call, enum vgpu_cc_pseudo pseudo,
                    unsigned dimension)
{
    struct vgpu_cc_collective collective;

    if (pseudo == VGPU_CC_BARRIER)
        replace_barrier(item, call);
    else if (pseudo == VGPU_CC_SUB_GROUP_BARRIER)
        replace_sub_group_barrier(item);
    else if (vgpu_cc_collective_of(call, &collective))
        replace_collective(item, call, &collective);
    else if (pseudo == VGPU_CC_SUB_GROUP_ID || pseudo == VGPU_CC_SUB_GROUP_LOCAL_ID)
        LLVMReplaceAllUsesWith(
            call, sub_group_place(item, pseudo == VGPU_CC_SUB_GROUP_LOCAL_ID));
    else
        replace_value(item, call, pseudo, dimension);
}

static void replace_in(struct item *item, LLVMValueRef function)
{
    item->first = LLVMGetEntryBasicBlock(function);
    VGPU_CC_EACH_BLOCK (b, function) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            unsigned dimension = 0;
            const enum vgpu_cc_pseudo pseudo = vgpu_cc_pseudo_of(i, &dimension);

            if (pseudo == VGPU_CC_NOT_PSEUDO || pseudo == VGPU_CC_PRINTF)
                continue;
            LLVMPositionBuilderBefore(item->builder, i);
            LLVMSetCurrentDebugLocation2(item->builder, LLVMInstructionGetDebugLoc(i));
            replace(item, i, pseudo, dimension);
            LLVMInstructionEraseFromParent(i);
        }
    }
}

/* A function that stayed one is not passed the item: it asks whose fiber it is on. */
static void adapt_function(struct item *item, LLVMValueRef function)
{
    struct vgpu_cc_module *module = item->module;
    LLVMTypeRef type = LLVMFunctionType(module->ptr, NULL, 0, false);
    LLVMValueRef callee;

    LLVMPositionBuilderBefore(item->builder,
                              LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(function)));
    LLVMSetCurrentDebugLocation2(item->builder, NULL);
    callee = vgpu_cc_links_member(module, item->builder,
                                  offsetof(struct vgpu_code_links, current_item));
    item->item = LLVMBuildCall2(item->builder, type, callee, NULL, 0, "");
    replace_in(item, function);
}

/* A struct's parameter is the place of its value, which is only read: no copies. */
static void drop_byval(LLVMValueRef kernel)
{
    const unsigned byval = LLVMGetEnumAttributeKindForName("byval", 5);

    for (unsigned i = 0; i < LLVMCountParams(kernel); i++)
        LLVMRemoveEnumAttributeAtIndex(kernel, i + 1, byval);
}

/* The arguments, found in the list that is the item function's second parameter. */
static void build_call(struct item *item, LLVMValueRef function, LLVMValueRef kernel)
{
    struct vgpu_cc_module *module = item->module;
    const unsigned byval = LLVMGetEnumAttributeKindForName("byval", 5);
    const unsigned count = LLVMCountParams(kernel);
    LLVMValueRef *values = calloc((size_t)count + 1, sizeof(LLVMValueRef));
    LLVMValueRef call;

    LLVMPositionBuilderAtEnd(
        item->builder, LLVMAppendBasicBlockInContext(module->context, function, ""));
    LLVMSetCurrentDebugLocation2(item->builder, NULL);
    for (unsigned i = 0; values && i < count; i++) {
        const LLVMTypeRef type = LLVMTypeOf(LLVMGetParam(kernel, i));

        values[i] = vgpu_cc_load_at(module, item->builder, module->ptr,
                                    LLVMGetParam(function, 1), i * sizeof(void *));
        if (!LLVMGetEnumAttributeAtIndex(kernel, i + 1, byval))
            values[i] = vgpu_cc_load_at(module, item->builder, type, values[i], 0);
    }
    if (values) {
        call = LLVMBuildCall2(item->builder, LLVMGlobalGetValueType(kernel), kernel,
                              values, count, "");
        LLVMSetInstructionCallConv(call, VGPU_CC_KERNEL_CALL);
    }
    LLVMBuildRetVoid(item->builder);
    free(values);
}

/* The kernel is inlined into its only caller, whose debug information then is the
 * kernel's. */
static LLVMValueRef wrap_kernel(struct item *item, LLVMValueRef kernel)
{
    struct vgpu_cc_module *module = item->module;
    const bool is_optimised = !vgpu_cc_has_attribute(kernel, "optnone");
    LLVMMetadataRef subprogram = LLVMGetSubprogram(kernel);
    LLVMValueRef function =
        LLVMAddFunction(module->module, "item", function_type(module, 2));

    vgpu_cc_attribute_remove(kernel, "noinline");
    vgpu_cc_attribute_remove(kernel, "optnone");
    vgpu_cc_attribute_remove(kernel, "alwaysinline");
    vgpu_cc_attributes_copy(kernel, function);
    vgpu_cc_attribute_add(module, kernel, "alwaysinline");
    LLVMSetLinkage(kernel, LLVMInternalLinkage);
    build_call(item, function, kernel);
    drop_byval(kernel);
    if (!vgpu_cc_passes_run(module, "always-inline"))
        return NULL;
    if (subprogram)
        LLVMSetSubprogram(function, subprogram);
    if (!is_optimised) {
        vgpu_cc_attribute_add(module, function, "noinline");
        vgpu_cc_attribute_add(module, function, "optnone");
    }
    return function;
}

/* links->items_run(group, args, item) */
static LLVMValueRef emit_group(struct item *item, LLVMValueRef function)
{
    struct vgpu_cc_module *module = item->module;
    LLVMValueRef group =
        LLVMAddFunction(module->module, "group", function_type(module, 2));
    LLVMValueRef arguments[] = {LLVMGetParam(group, 0), LLVMGetParam(group, 1), function};
    LLVMValueRef run;

    LLVMPositionBuilderAtEnd(item->builder,
                             LLVMAppendBasicBlockInContext(module->context, group, ""));
    LLVMSetCurrentDebugLocation2(item->builder, NULL);
    run = vgpu_cc_links_member(module, item->builder,
                               offsetof(struct vgpu_code_links, items_run));
    LLVMBuildCall2(item->builder, function_type(module, 3), run, arguments, 3, "");
    LLVMBuildRetVoid(item->builder);
    vgpu_cc_attribute_add(module, group, "nounwind");
    return group;
}

static uint64_t bytes_of_variables(struct item *item, LLVMValueRef function)
{
    uint64_t bytes = 0;

    VGPU_CC_EACH_BLOCK (b, function)
        VGPU_CC_EACH_INSTRUCTION (i, b)
            if (LLVMIsAAllocaInst(i))
                bytes +=
                    LLVMABISizeOfType(item->module->layout, LLVMGetAllocatedType(i)) +
                    VARIABLE_ALIGN;
    return bytes;
}

/* Where in the group's scratch the item's own bytes begin. */
static LLVMValueRef own_bytes(struct item *item, uint64_t bytes)
{
    struct vgpu_cc_module *module = item->module;
    LLVMBuilderRef at = item->builder;
    LLVMValueRef scratch = vgpu_cc_load_at(module, at, module->ptr, own_group(item),
                                           offsetof(struct vgpu_group, scratch));
    LLVMValueRef number =
        LLVMBuildMul(at, linear_id(item), LLVMConstInt(module->i64, bytes, 0), "");

    return LLVMBuildInBoundsGEP2(at, module->i8, scratch, &number, 1, "");
}

/* A fiber's stack is small: many variables lie in the group's scratch instead. The bytes
 * of one item; 0: none do. */
static uint64_t move_variables(struct item *item, LLVMValueRef function)
{
    LLVMBasicBlockRef first = LLVMGetEntryBasicBlock(function);
    uint64_t bytes = bytes_of_variables(item, function), offset = 0;
    LLVMValueRef base;

    if (bytes <= MOST_ON_STACK)
        return 0;
    bytes = (bytes + VARIABLE_ALIGN - 1) / VARIABLE_ALIGN * VARIABLE_ALIGN;
    LLVMPositionBuilderBefore(item->builder, LLVMGetFirstInstruction(first));
    LLVMSetCurrentDebugLocation2(item->builder, NULL);
    base = own_bytes(item, bytes);
    VGPU_CC_EACH_INSTRUCTION (i, first) {
        LLVMValueRef index = LLVMConstInt(item->module->i64, offset, 0);
        uint64_t size;

        if (!LLVMIsAAllocaInst(i))
            continue;
        size = LLVMABISizeOfType(item->module->layout, LLVMGetAllocatedType(i));
        LLVMPositionBuilderBefore(item->builder, i);
        LLVMReplaceAllUsesWith(i, LLVMBuildInBoundsGEP2(item->builder, item->module->i8,
                                                        base, &index, 1, ""));
        LLVMInstructionEraseFromParent(i);
        offset += (size + VARIABLE_ALIGN - 1) / VARIABLE_ALIGN * VARIABLE_ALIGN;
    }
    return bytes;
}

/* Functions that stayed functions keep their variables on the stack. */
static bool check_stacks(struct item *item, LLVMValueRef kernel)
{
    VGPU_CC_EACH_FUNCTION (f, item->module->module) {
        if (!LLVMIsDeclaration(f) && f != kernel &&
            bytes_of_variables(item, f) > MOST_ON_STACK)
            return vgpu_cc_error(item->module,
                                 "a function that is too large to become part of its "
                                 "kernel has more than %u bytes of variables",
                                 (unsigned)MOST_ON_STACK);
    }
    return true;
}

LLVMValueRef vgpu_cc_item_emit(struct vgpu_cc_module *module, LLVMValueRef kernel,
                               unsigned sub_group_size, uint64_t *scratch_out)
{
    struct item item = {.module = module,
                        .sub_group_size = sub_group_size,
                        .builder = LLVMCreateBuilderInContext(module->context)};
    LLVMValueRef function = NULL, group = NULL;

    if (check_stacks(&item, kernel)) {
        VGPU_CC_EACH_FUNCTION (f, module->module) {
            if (!LLVMIsDeclaration(f) && f != kernel)
                adapt_function(&item, f);
        }
        function = wrap_kernel(&item, kernel);
    }
    if (function) {
        item.item = LLVMGetParam(function, 0);
        replace_in(&item, function);
        *scratch_out = move_variables(&item, function);
        group = emit_group(&item, function);
    }
    LLVMDisposeBuilder(item.builder);
    return group;
}
