/* SPDX-License-Identifier: MIT */
/* Atomics of a row. On __local memory, which one thread alone works on, they are loads
 * and stores. Where all items meet in one place, their operands are combined first. */
#include "lockstep/row.h"

#include "lockstep/serial.h"

#include <stddef.h>

/* How items' operands become one. */
static const struct reduction {
    LLVMAtomicRMWBinOp operation;
    enum vgpu_cc_combination combination;
    bool is_idempotent; /* once is as good as often */
} reductions[] = {
    {LLVMAtomicRMWBinOpAdd, VGPU_CC_ADD, false},
    {LLVMAtomicRMWBinOpSub, VGPU_CC_ADD, false},
    {LLVMAtomicRMWBinOpXor, VGPU_CC_XOR, false},
    {LLVMAtomicRMWBinOpOr, VGPU_CC_OR, true},
    {LLVMAtomicRMWBinOpAnd, VGPU_CC_AND, true},
    {LLVMAtomicRMWBinOpMax, VGPU_CC_SMAX, true},
    {LLVMAtomicRMWBinOpMin, VGPU_CC_SMIN, true},
    {LLVMAtomicRMWBinOpUMax, VGPU_CC_UMAX, true},
    {LLVMAtomicRMWBinOpUMin, VGPU_CC_UMIN, true},
};

static const struct reduction *reduction_of(LLVMAtomicRMWBinOp operation)
{
    for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++)
        if (reductions[i].operation == operation)
            return &reductions[i];
    return NULL;
}

static LLVMValueRef plain_result(struct vgpu_cc_row *row, LLVMAtomicRMWBinOp operation,
                                 LLVMValueRef old, LLVMValueRef operand)
{
    LLVMIntPredicate predicate;

    switch (operation) {
    case LLVMAtomicRMWBinOpXchg:
        return operand;
    case LLVMAtomicRMWBinOpAdd:
        return LLVMBuildAdd(row->at, old, operand, "");
    case LLVMAtomicRMWBinOpSub:
        return LLVMBuildSub(row->at, old, operand, "");
    case LLVMAtomicRMWBinOpAnd:
        return LLVMBuildAnd(row->at, old, operand, "");
    case LLVMAtomicRMWBinOpOr:
        return LLVMBuildOr(row->at, old, operand, "");
    case LLVMAtomicRMWBinOpXor:
        return LLVMBuildXor(row->at, old, operand, "");
    case LLVMAtomicRMWBinOpMax:
        predicate = LLVMIntSGT;
        break;
    case LLVMAtomicRMWBinOpMin:
        predicate = LLVMIntSLT;
        break;
    case LLVMAtomicRMWBinOpUMax:
        predicate = LLVMIntUGT;
        break;
    case LLVMAtomicRMWBinOpUMin:
        predicate = LLVMIntULT;
        break;
    case LLVMAtomicRMWBinOpFAdd:
        return LLVMBuildFAdd(row->at, old, operand, "");
    case LLVMAtomicRMWBinOpFSub:
        return LLVMBuildFSub(row->at, old, operand, "");
    default:
        return NULL;
    }
    return LLVMBuildSelect(row->at, LLVMBuildICmp(row->at, predicate, old, operand, ""),
                           old, operand, "");
}

/* No other thread comes to that place meanwhile. */
static bool is_plain(const struct vgpu_cc_row *row, LLVMValueRef atomic)
{
    return row->is_alone || LLVMIsAtomicSingleThread(atomic);
}

/* One read-modify-write on scalars; what was there before. */
static LLVMValueRef modify(struct vgpu_cc_row *row, LLVMValueRef atomic,
                           LLVMValueRef address, LLVMValueRef operand)
{
    const LLVMAtomicRMWBinOp operation = LLVMGetAtomicRMWBinOp(atomic);
    LLVMTypeRef type = LLVMTypeOf(operand);
    LLVMValueRef old, new;

    if (is_plain(row, atomic)) {
        old = LLVMBuildLoad2(row->at, type, address, "");
        new = plain_result(row, operation, old, operand);
        if (new) {
            LLVMBuildStore(row->at, new, address);
            return old;
        }
    }
    return LLVMBuildAtomicRMW(row->at, operation, address, operand,
                              LLVMGetOrdering(atomic), LLVMIsAtomicSingleThread(atomic));
}

static bool is_used(LLVMValueRef value)
{
    return LLVMGetFirstUse(value) != NULL;
}

/* The number of items that are there. */
static LLVMValueRef count_items(struct vgpu_cc_row *row, LLVMTypeRef type)
{
    LLVMValueRef bits;
    LLVMTypeRef bits_type;

    if (!row->mask)
        return LLVMConstInt(type, row->width, 0);
    bits = vgpu_cc_mask_bits(row, row->mask);
    bits_type = LLVMTypeOf(bits);
    bits = vgpu_cc_intrinsic(row, "llvm.ctpop", &bits_type, 1, &bits, 1);
    return LLVMBuildIntCast2(row->at, bits, type, 0, "");
}

/* What all items' operands come to. */
static LLVMValueRef combine(struct vgpu_cc_row *row, const struct reduction *reduction,
                            LLVMValueRef operand)
{
    const struct vgpu_cc_lanes lanes = vgpu_cc_lanes_of(row);
    LLVMTypeRef type = LLVMTypeOf(operand);

    if (vgpu_cc_is_uniform(&row->shapes, operand) && reduction->is_idempotent)
        return vgpu_cc_scalar(row, operand);
    if (vgpu_cc_is_uniform(&row->shapes, operand) &&
        reduction->operation != LLVMAtomicRMWBinOpXor)
        return LLVMBuildMul(row->at, vgpu_cc_scalar(row, operand), count_items(row, type),
                            "");
    return vgpu_cc_lanes_reduce(&lanes, reduction->combination,
                                vgpu_cc_part(row, operand, 0));
}

/* Of each item, the sum of the operands of those before it. */
static LLVMValueRef sums_before(struct vgpu_cc_row *row, LLVMValueRef operand)
{
    const struct vgpu_cc_lanes lanes = vgpu_cc_lanes_of(row);

    return vgpu_cc_lanes_scan(&lanes, VGPU_CC_ADD, false, vgpu_cc_part(row, operand, 0));
}

/* All items meet in one place. True: done. */
static bool meet(struct vgpu_cc_row *row, LLVMValueRef atomic)
{
    const LLVMAtomicRMWBinOp operation = LLVMGetAtomicRMWBinOp(atomic);
    const struct reduction *const reduction = reduction_of(operation);
    LLVMValueRef operand = LLVMGetOperand(atomic, 1), old, sums, *parts;
    const bool is_sum =
        operation == LLVMAtomicRMWBinOpAdd || operation == LLVMAtomicRMWBinOpSub;

    if (!reduction || (is_used(atomic) && !is_sum))
        return false;
    old = modify(row, atomic, vgpu_cc_scalar(row, LLVMGetOperand(atomic, 0)),
                 combine(row, reduction, operand));
    if (!is_used(atomic))
        return true;
    parts = vgpu_cc_parts(row, atomic);
    sums = sums_before(row, operand);
    parts[0] = operation == LLVMAtomicRMWBinOpAdd
                   ? LLVMBuildAdd(row->at, vgpu_cc_spread(row, old), sums, "")
                   : LLVMBuildSub(row->at, vgpu_cc_spread(row, old), sums, "");
    vgpu_cc_define(row, atomic, NULL, parts);
    return true;
}

/* Item after item. */
static void modify_each(struct vgpu_cc_row *row, LLVMValueRef atomic)
{
    LLVMValueRef operand = LLVMGetOperand(atomic, 1), pointer = LLVMGetOperand(atomic, 0);
    LLVMTypeRef type = LLVMTypeOf(operand);
    const bool same_value = vgpu_cc_is_uniform(&row->shapes, operand);
    LLVMValueRef value = same_value ? vgpu_cc_scalar(row, operand)
                                    : vgpu_cc_lay_out(row, vgpu_cc_part(row, operand, 0));
    LLVMValueRef addresses = vgpu_cc_lay_out(row, vgpu_cc_addresses(row, pointer));
    LLVMValueRef olds =
        is_used(atomic) ? vgpu_cc_slot(row, vgpu_cc_vector(row, type), "old") : NULL;
    struct vgpu_cc_items items;
    LLVMValueRef item = vgpu_cc_items_begin(row, &items), old, *parts;

    old = modify(row, atomic, vgpu_cc_load_item(row, row->module->ptr, addresses, item),
                 same_value ? value : vgpu_cc_load_item(row, type, value, item));
    if (olds)
        vgpu_cc_store_item(row, old, olds, item);
    vgpu_cc_items_end(row, &items);
    if (!olds)
        return;
    parts = vgpu_cc_parts(row, atomic);
    parts[0] = vgpu_cc_load_items(row, type, olds);
    vgpu_cc_define(row, atomic, NULL, parts);
}

static void modify_one(struct vgpu_cc_row *row, LLVMValueRef atomic)
{
    vgpu_cc_define(row, atomic,
                   modify(row, atomic, vgpu_cc_scalar(row, LLVMGetOperand(atomic, 0)),
                          vgpu_cc_scalar(row, LLVMGetOperand(atomic, 1))),
                   NULL);
}

/* A compare-and-exchange on scalars that is not atomic; what was there before. */
static LLVMValueRef exchange(struct vgpu_cc_row *row, LLVMValueRef address,
                             LLVMValueRef expected, LLVMValueRef wanted)
{
    LLVMValueRef old = LLVMBuildLoad2(row->at, LLVMTypeOf(expected), address, "");
    LLVMValueRef is_same = LLVMBuildICmp(row->at, LLVMIntEQ, old, expected, "");

    LLVMBuildStore(row->at, LLVMBuildSelect(row->at, is_same, wanted, old, ""), address);
    return old;
}

static void exchange_one(struct vgpu_cc_row *row, LLVMValueRef atomic)
{
    LLVMValueRef expected = vgpu_cc_scalar(row, LLVMGetOperand(atomic, 1));
    LLVMValueRef old = exchange(row, vgpu_cc_scalar(row, LLVMGetOperand(atomic, 0)),
                                expected, vgpu_cc_scalar(row, LLVMGetOperand(atomic, 2)));
    LLVMValueRef is_same = LLVMBuildICmp(row->at, LLVMIntEQ, old, expected, "");
    LLVMValueRef both = LLVMGetPoison(LLVMTypeOf(atomic));

    both = LLVMBuildInsertValue(row->at, both, old, 0, "");
    both = LLVMBuildInsertValue(row->at, both, is_same, 1, "");
    vgpu_cc_define(row, atomic, both, NULL);
}

/* Item after item. */
static void exchange_each(struct vgpu_cc_row *row, LLVMValueRef atomic)
{
    LLVMValueRef vectors[3], places[3], values[3], olds, item, *parts;
    LLVMTypeRef type = LLVMTypeOf(LLVMGetOperand(atomic, 1));
    struct vgpu_cc_items items;

    vectors[0] = vgpu_cc_addresses(row, LLVMGetOperand(atomic, 0));
    for (unsigned i = 1; i < 3; i++)
        vectors[i] = vgpu_cc_part(row, LLVMGetOperand(atomic, i), 0);
    for (unsigned i = 0; i < 3; i++)
        places[i] = vgpu_cc_lay_out(row, vectors[i]);
    olds = vgpu_cc_slot(row, vgpu_cc_vector(row, type), "old");
    item = vgpu_cc_items_begin(row, &items);
    for (unsigned i = 0; i < 3; i++)
        values[i] =
            vgpu_cc_load_item(row, i == 0 ? row->module->ptr : type, places[i], item);
    vgpu_cc_store_item(row, exchange(row, values[0], values[1], values[2]), olds, item);
    vgpu_cc_items_end(row, &items);
    parts = vgpu_cc_parts(row, atomic);
    parts[0] = vgpu_cc_load_items(row, type, olds);
    parts[1] = LLVMBuildICmp(row->at, LLVMIntEQ, parts[0], vectors[1], "");
    vgpu_cc_define(row, atomic, NULL, parts);
}

static void emit_exchange(struct vgpu_cc_row *row, LLVMValueRef atomic)
{
    const bool plain = is_plain(row, atomic);

    if (plain && row->width == 1)
        exchange_one(row, atomic);
    else if (plain)
        exchange_each(row, atomic);
    else if (row->width == 1)
        vgpu_cc_define(row, atomic, vgpu_cc_emit_scalar(row, atomic), NULL);
    else
        vgpu_cc_emit_serial(row, atomic);
}

bool vgpu_cc_emit_atomic(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMAtomicRMW:
        if (row->width == 1)
            modify_one(row, instruction);
        else if (!vgpu_cc_is_uniform(&row->shapes, LLVMGetOperand(instruction, 0)) ||
                 !meet(row, instruction))
            modify_each(row, instruction);
        return true;
    case LLVMAtomicCmpXchg:
        emit_exchange(row, instruction);
        return true;
    case LLVMFence:
        LLVMInsertIntoBuilder(row->at, LLVMInstructionClone(instruction));
        return true;
    default:
        return false;
    }
}
