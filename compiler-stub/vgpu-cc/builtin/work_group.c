/* SPDX-License-Identifier: MIT */
/* What all items of a work-group do together: its sub-groups do it first, then each
 * leaves its part in local memory for the others. [OpenCL C 3.0, 6.15.17] */
#include "sub_group.h"

#include <stdio.h>
#include <string.h>

#define MOST_PARTS  (1024u / 8) /* sub-groups of a group, where they are smallest */
#define LOCAL_FENCE 1u          /* CLK_LOCAL_MEM_FENCE */

/* The parts: a variable as clang makes them of __local ones. */
static LLVMValueRef parts_of(struct vgpu_cc_call *call)
{
    static const char name[] = "vgpu.work_group_parts";
    LLVMModuleRef module = call->module->module;
    LLVMTypeRef type = LLVMArrayType(call->module->i64, MOST_PARTS);
    LLVMValueRef parts = LLVMGetNamedGlobal(module, name);

    if (parts)
        return parts;
    parts = LLVMAddGlobal(module, type, name);
    LLVMSetLinkage(parts, LLVMInternalLinkage);
    LLVMSetInitializer(parts, LLVMGetUndef(type));
    LLVMSetAlignment(parts, 8);
    return parts;
}

static LLVMValueRef part_at(struct vgpu_cc_call *call, LLVMTypeRef type,
                            LLVMValueRef number)
{
    LLVMValueRef most = LLVMConstInt(LLVMTypeOf(number), MOST_PARTS - 1, false);

    number = LLVMBuildAnd(call->builder, number, most, "");
    number = LLVMBuildZExt(call->builder, number, call->module->i64, "");
    return vgpu_cc_element(call, type, parts_of(call), number);
}

static LLVMValueRef own_sub_group(struct vgpu_cc_call *call)
{
    return vgpu_cc_call_pure(call, "vgpu.sub_group_id", call->module->i32, NULL, 0);
}

/* Each sub-group's part is where all find it. No item is still at those of the last call.
 */
static void share(struct vgpu_cc_call *call, LLVMValueRef part)
{
    LLVMValueRef fence = LLVMConstInt(call->module->i32, LOCAL_FENCE, false);

    vgpu_cc_build_barrier(call, "vgpu.barrier", fence);
    LLVMBuildStore(call->builder, part,
                   part_at(call, LLVMTypeOf(part), own_sub_group(call)));
    vgpu_cc_build_barrier(call, "vgpu.barrier", fence);
}

/* The value and the first parts, by a function of our library. */
static LLVMValueRef combined(struct vgpu_cc_call *call, const char *how,
                             enum vgpu_cc_scalar scalar, LLVMValueRef parts,
                             LLVMValueRef count, LLVMValueRef value)
{
    const struct vgpu_cc_type types[] = {
        {.scalar = scalar, .lanes = 1, .is_pointer = true},
        {.scalar = VGPU_CC_UINT, .lanes = 1},
        {.scalar = scalar, .lanes = 1}};
    LLVMValueRef arguments[] = {parts, count, value};
    char name[16];

    snprintf(name, sizeof name, "group_%s", how);
    return vgpu_cc_call_library(call, name, types, arguments, 3);
}

/* All parts. */
static LLVMValueRef all_parts(struct vgpu_cc_call *call, const char *how,
                              enum vgpu_cc_scalar scalar, LLVMTypeRef type)
{
    LLVMValueRef one = LLVMConstInt(call->module->i64, 1, false);
    LLVMValueRef first = LLVMBuildLoad2(call->builder, type, parts_of(call), "");
    LLVMValueRef others = LLVMBuildSub(call->builder, vgpu_cc_num_sub_groups(call),
                                       LLVMConstInt(call->module->i32, 1, false), "");

    return combined(call, how, scalar, vgpu_cc_element(call, type, parts_of(call), one),
                    others, first);
}

bool vgpu_cc_lower_work_group_vote(struct vgpu_cc_call *call,
                                   const struct vgpu_cc_builtin *builtin,
                                   LLVMValueRef *value_out)
{
    const bool is_any = builtin->number == 1;
    LLVMValueRef bits;

    if (call->signature->num_parameters != 1 ||
        call->signature->parameters[0].scalar != VGPU_CC_INT)
        return false;
    bits = vgpu_cc_is_not_0(call, call->arguments[0]);
    if (!is_any)
        bits = LLVMBuildNot(call->builder, bits, "");
    bits = vgpu_cc_is_not_0(call, vgpu_cc_sub_group_ballot(call, bits));
    if (!is_any)
        bits = LLVMBuildNot(call->builder, bits, "");
    share(call, vgpu_cc_truth(call, bits));
    *value_out = all_parts(call, builtin->with, VGPU_CC_INT, call->module->i32);
    return *value_out != NULL;
}

/* The item's number in its group, of its ids in as many dimensions as are given. */
static LLVMValueRef linear_id(struct vgpu_cc_call *call)
{
    LLVMValueRef number = NULL;

    for (unsigned d = call->signature->num_parameters - 1; d-- > 0;) {
        LLVMValueRef id = call->arguments[1 + d];
        char name[32];

        id = LLVMBuildIntCast2(call->builder, id, call->module->i64, false, "");
        snprintf(name, sizeof name, "vgpu.local_size.%u", d);
        if (number)
            id = LLVMBuildAdd(
                call->builder,
                LLVMBuildMul(call->builder, number,
                             vgpu_cc_call_pure(call, name, call->module->i64, NULL, 0),
                             ""),
                id, "");
        number = id;
    }
    return number;
}

static bool is_combinable(const struct vgpu_cc_type *type)
{
    return !type->is_pointer && type->lanes == 1 &&
           vgpu_cc_scalar_bits(type->scalar) >= 32;
}

bool vgpu_cc_lower_work_group_broadcast(struct vgpu_cc_call *call,
                                        const struct vgpu_cc_builtin *builtin,
                                        LLVMValueRef *value_out)
{
    LLVMTypeRef type = LLVMTypeOf(call->arguments[0]);
    LLVMValueRef size, item, own;

    (void)builtin;
    if (call->signature->num_parameters < 2 || call->signature->num_parameters > 4 ||
        !is_combinable(&call->signature->parameters[0]))
        return false;
    size = LLVMBuildZExt(call->builder, vgpu_cc_sub_group_whole(call), call->module->i64,
                         "");
    item = linear_id(call);
    own = LLVMBuildTrunc(call->builder, LLVMBuildURem(call->builder, item, size, ""),
                         call->module->i32, "");
    share(call, vgpu_cc_sub_group_take(call, "broadcast", own));
    item = LLVMBuildUDiv(call->builder, item, size, "");
    *value_out = LLVMBuildLoad2(call->builder, type, part_at(call, type, item), "");
    return true;
}

/* work_group_(reduce|scan_inclusive|scan_exclusive)_(add|min|max) */
bool vgpu_cc_lower_work_group_arithmetic(struct vgpu_cc_call *call,
                                         const struct vgpu_cc_builtin *builtin,
                                         LLVMValueRef *value_out)
{
    const char *name = call->signature->name + strlen(builtin->name);
    const enum vgpu_cc_scalar scalar = call->signature->parameters[0].scalar;
    const char *const how = strrchr(name, '_') ? strrchr(name, '_') + 1 : "";
    LLVMValueRef part, own = NULL;
    char reduce[16];

    if (call->signature->num_parameters != 1 ||
        !is_combinable(&call->signature->parameters[0]))
        return false;
    snprintf(reduce, sizeof reduce, "reduce_%.8s", how);
    part = vgpu_cc_sub_group_combined(call, reduce);
    if (strncmp(name, "reduce_", 7) != 0)
        own = vgpu_cc_sub_group_combined(call, name);
    if (!part || (strncmp(name, "reduce_", 7) != 0 && !own))
        return false;
    share(call, part);
    *value_out =
        own ? combined(call, how, scalar, parts_of(call), own_sub_group(call), own)
            : all_parts(call, how, scalar, LLVMTypeOf(part));
    return *value_out != NULL;
}
