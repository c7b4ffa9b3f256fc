/* SPDX-License-Identifier: MIT */
/* Votes of a sub-group, and masks of its items. A mask is a uint4, of which the first
 * component holds all bits.
 * [cl_khr_subgroup_non_uniform_vote, cl_khr_subgroup_ballot] */
#include "sub_group.h"

#include <string.h>

static LLVMValueRef number(struct vgpu_cc_call *call, unsigned value)
{
    return LLVMConstInt(call->module->i32, value, false);
}

static LLVMValueRef trailing_zeros(struct vgpu_cc_call *call, LLVMValueRef bits)
{
    LLVMValueRef arguments[] = {bits, LLVMConstInt(call->module->i1, 0, false)};

    return vgpu_cc_call_intrinsic(call, "llvm.cttz", call->module->i32, arguments, 2);
}

/* The first of the items that have come. */
static LLVMValueRef first_item(struct vgpu_cc_call *call)
{
    LLVMValueRef all =
        vgpu_cc_sub_group_ballot(call, LLVMConstInt(call->module->i1, 1, false));

    return trailing_zeros(call, all);
}

bool vgpu_cc_lower_sub_group_elect(struct vgpu_cc_call *call,
                                   const struct vgpu_cc_builtin *builtin,
                                   LLVMValueRef *value_out)
{
    (void)builtin;
    *value_out =
        vgpu_cc_truth(call, LLVMBuildICmp(call->builder, LLVMIntEQ, first_item(call),
                                          vgpu_cc_sub_group_own_number(call), ""));
    return call->signature->num_parameters == 0;
}

bool vgpu_cc_lower_sub_group_broadcast_first(struct vgpu_cc_call *call,
                                             const struct vgpu_cc_builtin *builtin,
                                             LLVMValueRef *value_out)
{
    (void)builtin;
    if (call->signature->num_parameters != 1)
        return false;
    *value_out = vgpu_cc_sub_group_take(call, "broadcast", first_item(call));
    return *value_out != NULL;
}

bool vgpu_cc_lower_sub_group_all_equal(struct vgpu_cc_call *call,
                                       const struct vgpu_cc_builtin *builtin,
                                       LLVMValueRef *value_out)
{
    LLVMValueRef own = call->arguments[0], first, differs;

    (void)builtin;
    if (call->signature->num_parameters != 1 || call->signature->parameters[0].lanes != 1)
        return false;
    first = vgpu_cc_sub_group_take(call, "broadcast", first_item(call));
    if (!first)
        return false;
    differs = vgpu_cc_is_float(call->signature->parameters[0].scalar)
                  ? LLVMBuildFCmp(call->builder, LLVMRealUNE, own, first, "")
                  : LLVMBuildICmp(call->builder, LLVMIntNE, own, first, "");
    differs = vgpu_cc_is_not_0(call, vgpu_cc_sub_group_ballot(call, differs));
    *value_out = vgpu_cc_truth(call, LLVMBuildNot(call->builder, differs, ""));
    return true;
}

/* ---- masks */

static LLVMValueRef as_mask(struct vgpu_cc_call *call, LLVMValueRef bits)
{
    LLVMValueRef mask = LLVMConstNull(LLVMVectorType(call->module->i32, 4));

    return LLVMBuildInsertElement(call->builder, mask, bits, number(call, 0), "");
}

bool vgpu_cc_lower_sub_group_ballot(struct vgpu_cc_call *call,
                                    const struct vgpu_cc_builtin *builtin,
                                    LLVMValueRef *value_out)
{
    (void)builtin;
    if (call->signature->num_parameters != 1 ||
        call->signature->parameters[0].scalar != VGPU_CC_INT)
        return false;
    *value_out = as_mask(
        call, vgpu_cc_sub_group_ballot(call, vgpu_cc_is_not_0(call, call->arguments[0])));
    return true;
}

/* Bits of items that are equal to, less than, ... this one: "eq", "lt", "le", "gt", "ge";
 * "all": of every item that a sub-group can have here. */
static LLVMValueRef items_that_are(struct vgpu_cc_call *call, const char *how)
{
    LLVMBuilderRef at = call->builder;
    LLVMValueRef one = number(call, 1), own, below, all;

    all = LLVMBuildSub(at, number(call, 32), vgpu_cc_sub_group_most(call), "");
    all = LLVMBuildLShr(at, LLVMConstAllOnes(call->module->i32), all, "");
    if (strcmp(how, "all") == 0)
        return all;
    own = LLVMBuildShl(at, one, vgpu_cc_sub_group_own_number(call), "");
    below = LLVMBuildSub(at, own, one, "");
    if (strcmp(how, "eq") == 0)
        return own;
    if (strcmp(how, "lt") == 0)
        return below;
    if (strcmp(how, "le") == 0)
        return LLVMBuildOr(at, below, own, "");
    if (strcmp(how, "gt") == 0)
        below = LLVMBuildOr(at, below, own, "");
    return LLVMBuildAnd(at, all, LLVMBuildNot(at, below, ""), "");
}

bool vgpu_cc_lower_sub_group_mask(struct vgpu_cc_call *call,
                                  const struct vgpu_cc_builtin *builtin,
                                  LLVMValueRef *value_out)
{
    *value_out = as_mask(call, items_that_are(call, builtin->with));
    return call->signature->num_parameters == 0;
}

static bool takes_mask(const struct vgpu_cc_call *call, unsigned num_parameters)
{
    return call->signature->num_parameters == num_parameters &&
           call->signature->parameters[0].scalar == VGPU_CC_UINT &&
           call->signature->parameters[0].lanes == 4;
}

/* Of this item, or of one whose number follows. */
bool vgpu_cc_lower_sub_group_ballot_bit(struct vgpu_cc_call *call,
                                        const struct vgpu_cc_builtin *builtin,
                                        LLVMValueRef *value_out)
{
    LLVMValueRef item, bit;

    if (!takes_mask(call, builtin->number))
        return false;
    item = builtin->number == 2 ? call->arguments[1] : vgpu_cc_sub_group_own_number(call);
    item = LLVMBuildAnd(call->builder, item, number(call, 31), "");
    bit =
        LLVMBuildLShr(call->builder, vgpu_cc_lane(call, call->arguments[0], 0), item, "");
    *value_out = LLVMBuildAnd(call->builder, bit, number(call, 1), "");
    return true;
}

static LLVMValueRef bits_of(struct vgpu_cc_call *call, const char *items)
{
    LLVMValueRef bits = vgpu_cc_lane(call, call->arguments[0], 0);

    if (strcmp(items, "all") != 0)
        bits = LLVMBuildAnd(call->builder, bits, items_that_are(call, items), "");
    return LLVMBuildAnd(call->builder, bits, items_that_are(call, "all"), "");
}

bool vgpu_cc_lower_sub_group_ballot_count(struct vgpu_cc_call *call,
                                          const struct vgpu_cc_builtin *builtin,
                                          LLVMValueRef *value_out)
{
    LLVMValueRef bits;

    if (!takes_mask(call, 1))
        return false;
    bits = bits_of(call, builtin->with);
    *value_out = vgpu_cc_call_intrinsic(call, "llvm.ctpop", call->module->i32, &bits, 1);
    return true;
}

/* The first bit or, counted back from `number`, the last; where there is none, any
 * number. */
bool vgpu_cc_lower_sub_group_ballot_find(struct vgpu_cc_call *call,
                                         const struct vgpu_cc_builtin *builtin,
                                         LLVMValueRef *value_out)
{
    LLVMValueRef arguments[] = {NULL, LLVMConstInt(call->module->i1, 0, false)}, found;

    if (!takes_mask(call, 1))
        return false;
    arguments[0] = bits_of(call, "all");
    found = vgpu_cc_call_intrinsic(call, builtin->with, call->module->i32, arguments, 2);
    if (builtin->number != 0)
        found = LLVMBuildSub(call->builder, number(call, builtin->number), found, "");
    *value_out = found;
    return true;
}
