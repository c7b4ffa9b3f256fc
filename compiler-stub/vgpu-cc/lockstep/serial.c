/* SPDX-License-Identifier: MIT */
/* What has no vector form is done item by item: operands are laid out in memory, a loop
 * passes through the items that are there, results are read back. */
#include "lockstep/serial.h"

/* i1 has no place of its own in memory. */
static LLVMTypeRef memory_type(struct vgpu_cc_row *row, LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) == 1
               ? row->module->i8
               : type;
}

LLVMValueRef vgpu_cc_lay_out(struct vgpu_cc_row *row, LLVMValueRef vector)
{
    LLVMTypeRef element = LLVMGetElementType(LLVMTypeOf(vector));
    LLVMTypeRef type = memory_type(row, element);
    LLVMValueRef place = vgpu_cc_slot(row, vgpu_cc_vector(row, type), "items");

    if (type != element)
        vector = LLVMBuildZExt(row->at, vector, vgpu_cc_vector(row, type), "");
    LLVMBuildStore(row->at, vector, place);
    return place;
}

LLVMValueRef vgpu_cc_item_place(struct vgpu_cc_row *row, LLVMTypeRef element,
                                LLVMValueRef place, LLVMValueRef item)
{
    return LLVMBuildGEP2(row->at, memory_type(row, element), place, &item, 1, "");
}

LLVMValueRef vgpu_cc_load_item(struct vgpu_cc_row *row, LLVMTypeRef element,
                               LLVMValueRef place, LLVMValueRef item)
{
    LLVMTypeRef type = memory_type(row, element);
    LLVMValueRef value =
        LLVMBuildLoad2(row->at, type, vgpu_cc_item_place(row, element, place, item), "");

    return type == element ? value : LLVMBuildTrunc(row->at, value, element, "");
}

void vgpu_cc_store_item(struct vgpu_cc_row *row, LLVMValueRef value, LLVMValueRef place,
                        LLVMValueRef item)
{
    LLVMTypeRef element = LLVMTypeOf(value), type = memory_type(row, element);

    if (type != element)
        value = LLVMBuildZExt(row->at, value, type, "");
    LLVMBuildStore(row->at, value, vgpu_cc_item_place(row, element, place, item));
}

LLVMValueRef vgpu_cc_load_items(struct vgpu_cc_row *row, LLVMTypeRef element,
                                LLVMValueRef place)
{
    LLVMTypeRef type = memory_type(row, element);
    LLVMValueRef vector = LLVMBuildLoad2(row->at, vgpu_cc_vector(row, type), place, "");

    return type == element
               ? vector
               : LLVMBuildTrunc(row->at, vector, vgpu_cc_vector(row, element), "");
}

LLVMValueRef vgpu_cc_items_begin(struct vgpu_cc_row *row, struct vgpu_cc_items *items)
{
    LLVMTypeRef bits_type = LLVMIntTypeInContext(row->module->context, row->width);
    LLVMBasicBlockRef before = LLVMGetInsertBlock(row->at);
    LLVMValueRef bits, item, args[2];

    items->head = vgpu_cc_block(row, "item");
    items->done = vgpu_cc_block(row, "items.done");
    bits = row->mask ? vgpu_cc_mask_bits(row, row->mask) : NULL;
    if (bits)
        LLVMBuildCondBr(
            row->at,
            LLVMBuildICmp(row->at, LLVMIntNE, bits, LLVMConstNull(bits_type), ""),
            items->head, items->done);
    else
        LLVMBuildBr(row->at, items->head);
    LLVMPositionBuilderAtEnd(row->at, items->head);
    items->phi = LLVMBuildPhi(row->at, bits ? bits_type : row->module->i64, "");
    args[0] = bits ? bits : vgpu_cc_i64(row, 0);
    LLVMAddIncoming(items->phi, args, &before, 1);
    if (!bits)
        return items->phi;
    args[0] = items->phi;
    args[1] = LLVMConstInt(row->module->i1, 1, 0);
    item = vgpu_cc_intrinsic(row, "llvm.cttz", &bits_type, 1, args, 2);
    return LLVMBuildIntCast2(row->at, item, row->module->i64, 0, "");
}

void vgpu_cc_items_end(struct vgpu_cc_row *row, struct vgpu_cc_items *items)
{
    LLVMTypeRef type = LLVMTypeOf(items->phi);
    LLVMValueRef one = LLVMConstInt(type, 1, 0), next, more;
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(row->at);

    if (row->mask) {
        next = LLVMBuildAnd(row->at, items->phi,
                            LLVMBuildSub(row->at, items->phi, one, ""), "");
        more = LLVMBuildICmp(row->at, LLVMIntNE, next, LLVMConstNull(type), "");
    } else {
        next = LLVMBuildAdd(row->at, items->phi, one, "");
        more = LLVMBuildICmp(row->at, LLVMIntULT, next, vgpu_cc_i64(row, row->width), "");
    }
    LLVMAddIncoming(items->phi, &next, &latch, 1);
    LLVMBuildCondBr(row->at, more, items->head, items->done);
    LLVMPositionBuilderAtEnd(row->at, items->done);
}

/* One operand, as each item sees it. */
struct operand {
    LLVMValueRef scalar;  /* of a uniform one */
    LLVMValueRef *places; /* by component */
};

static void lay_out_operand(struct vgpu_cc_row *row, LLVMValueRef value,
                            struct operand *operand)
{
    const unsigned components = vgpu_cc_components(LLVMTypeOf(value));

    operand->scalar = NULL;
    if (vgpu_cc_is_uniform(&row->shapes, value)) {
        operand->scalar = LLVMIsAInstruction(value) || LLVMIsAArgument(value)
                              ? vgpu_cc_scalar(row, value)
                              : value;
        return;
    }
    operand->places = vgpu_cc_pool_alloc(row->pool, components, sizeof(LLVMValueRef));
    for (unsigned i = 0; i < components; i++)
        operand->places[i] = vgpu_cc_lay_out(row, vgpu_cc_part(row, value, i));
}

static LLVMValueRef item_operand(struct vgpu_cc_row *row, LLVMTypeRef type,
                                 const struct operand *operand, LLVMValueRef item)
{
    LLVMValueRef value;

    if (operand->scalar)
        return operand->scalar;
    if (vgpu_cc_component_type(type, 0) == type)
        return vgpu_cc_load_item(row, type, operand->places[0], item);
    value = LLVMGetPoison(type);
    for (unsigned i = 0; i < vgpu_cc_components(type); i++) {
        LLVMValueRef part = vgpu_cc_load_item(row, vgpu_cc_component_type(type, i),
                                              operand->places[i], item);

        value =
            LLVMGetTypeKind(type) == LLVMVectorTypeKind
                ? LLVMBuildInsertElement(row->at, value, part, vgpu_cc_i32(row, i), "")
                : LLVMBuildInsertValue(row->at, value, part, i, "");
    }
    return value;
}

static void store_result(struct vgpu_cc_row *row, LLVMValueRef result,
                         LLVMValueRef *places, LLVMValueRef item)
{
    LLVMTypeRef type = LLVMTypeOf(result);

    for (unsigned i = 0; i < vgpu_cc_components(type); i++) {
        LLVMValueRef part = result;

        if (LLVMGetTypeKind(type) == LLVMVectorTypeKind)
            part = LLVMBuildExtractElement(row->at, result, vgpu_cc_i32(row, i), "");
        else if (LLVMGetTypeKind(type) == LLVMStructTypeKind)
            part = LLVMBuildExtractValue(row->at, result, i, "");
        vgpu_cc_store_item(row, part, places[i], item);
    }
}

static LLVMValueRef *make_places(struct vgpu_cc_row *row, LLVMTypeRef type)
{
    const unsigned components = vgpu_cc_components(type);
    LLVMValueRef *const places =
        vgpu_cc_pool_alloc(row->pool, components, sizeof *places);

    for (unsigned i = 0; i < components; i++)
        places[i] = vgpu_cc_slot(
            row, vgpu_cc_vector(row, memory_type(row, vgpu_cc_component_type(type, i))),
            "results");
    return places;
}

void vgpu_cc_emit_serial(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const int count = LLVMGetNumOperands(instruction);
    LLVMTypeRef type = LLVMTypeOf(instruction);
    const bool has_result = LLVMGetTypeKind(type) != LLVMVoidTypeKind;
    struct operand *const operands =
        vgpu_cc_pool_alloc(row->pool, (size_t)count, sizeof *operands);
    LLVMValueRef *const places = has_result ? make_places(row, type) : NULL;
    LLVMValueRef copy = LLVMInstructionClone(instruction), item, *parts;
    struct vgpu_cc_items items;

    for (int i = 0; i < count; i++)
        lay_out_operand(row, LLVMGetOperand(instruction, (unsigned)i), &operands[i]);
    item = vgpu_cc_items_begin(row, &items);
    for (int i = 0; i < count; i++) {
        LLVMValueRef operand = LLVMGetOperand(instruction, (unsigned)i);

        LLVMSetOperand(copy, (unsigned)i,
                       item_operand(row, LLVMTypeOf(operand), &operands[i], item));
    }
    LLVMInsertIntoBuilder(row->at, copy);
    if (has_result)
        store_result(row, copy, places, item);
    vgpu_cc_items_end(row, &items);
    if (!has_result)
        return;
    parts = vgpu_cc_parts(row, instruction);
    for (unsigned i = 0; i < vgpu_cc_components(type); i++)
        parts[i] = vgpu_cc_load_items(row, vgpu_cc_component_type(type, i), places[i]);
    vgpu_cc_define(row, instruction, NULL, parts);
}
