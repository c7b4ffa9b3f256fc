/* SPDX-License-Identifier: MIT */
/* Values of the row function: scalars, vectors, and slots between blocks. */
#include "lockstep/row.h"

#include "lockstep/flag.h"

LLVMTypeRef vgpu_cc_vector(const struct vgpu_cc_row *row, LLVMTypeRef element)
{
    return LLVMVectorType(element, row->width);
}

unsigned vgpu_cc_components(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMVectorTypeKind:
        return LLVMGetVectorSize(type);
    case LLVMStructTypeKind:
        return LLVMCountStructElementTypes(type);
    default:
        return 1;
    }
}

LLVMTypeRef vgpu_cc_component_type(LLVMTypeRef type, unsigned component)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMVectorTypeKind:
        return LLVMGetElementType(type);
    case LLVMStructTypeKind:
        return LLVMStructGetTypeAtIndex(type, component);
    default:
        return type;
    }
}

LLVMValueRef vgpu_cc_i32(const struct vgpu_cc_row *row, uint64_t value)
{
    return LLVMConstInt(row->module->i32, value, 0);
}

LLVMValueRef vgpu_cc_i64(const struct vgpu_cc_row *row, uint64_t value)
{
    return LLVMConstInt(row->module->i64, value, 0);
}

LLVMValueRef vgpu_cc_spread(struct vgpu_cc_row *row, LLVMValueRef scalar)
{
    LLVMTypeRef type = vgpu_cc_vector(row, LLVMTypeOf(scalar));
    LLVMValueRef elements[VGPU_CC_MAX_WIDTH], vector;

    if (LLVMIsConstant(scalar) && !LLVMIsAGlobalValue(scalar)) {
        for (unsigned i = 0; i < row->width; i++)
            elements[i] = scalar;
        return LLVMConstVector(elements, row->width);
    }
    vector = LLVMBuildInsertElement(row->at, LLVMGetPoison(type), scalar,
                                    vgpu_cc_i32(row, 0), "");
    return LLVMBuildShuffleVector(row->at, vector, LLVMGetPoison(type),
                                  LLVMConstNull(vgpu_cc_vector(row, row->module->i32)),
                                  "");
}

/* 0, stride, 2 * stride, ... */
static LLVMValueRef multiples(struct vgpu_cc_row *row, LLVMTypeRef type, int64_t stride)
{
    LLVMValueRef elements[VGPU_CC_MAX_WIDTH];

    for (unsigned i = 0; i < row->width; i++)
        elements[i] = LLVMConstInt(type, (uint64_t)stride * i, 0);
    return LLVMConstVector(elements, row->width);
}

LLVMValueRef vgpu_cc_ramp(struct vgpu_cc_row *row, LLVMValueRef base, int64_t stride)
{
    LLVMValueRef offsets;

    if (LLVMGetTypeKind(LLVMTypeOf(base)) == LLVMPointerTypeKind) {
        offsets = multiples(row, row->module->i64, stride);
        return LLVMBuildGEP2(row->at, row->module->i8, base, &offsets, 1, "");
    }
    offsets = multiples(row, LLVMTypeOf(base), stride);
    return LLVMBuildAdd(row->at, vgpu_cc_spread(row, base), offsets, "");
}

LLVMValueRef vgpu_cc_all(struct vgpu_cc_row *row)
{
    return LLVMConstAllOnes(vgpu_cc_vector(row, row->module->i1));
}

LLVMValueRef vgpu_cc_slot(struct vgpu_cc_row *row, LLVMTypeRef type, const char *name)
{
    return LLVMBuildAlloca(row->slots, type, name);
}

struct vgpu_cc_shape vgpu_cc_shape(const struct vgpu_cc_row *row, LLVMValueRef value)
{
    return vgpu_cc_shape_of(&row->shapes, value);
}

struct vgpu_cc_value *vgpu_cc_value(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    return &row->values[vgpu_cc_index_get(&row->shapes.index, instruction)];
}

void vgpu_cc_refuse(struct vgpu_cc_row *row, const char *reason)
{
    if (!row->refusal)
        row->refusal = reason;
}

static bool is_valid(const struct vgpu_cc_row *row, int epoch)
{
    return epoch == row->epoch || epoch == VGPU_CC_ANY_EPOCH;
}

static bool has_scalar(const struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    return vgpu_cc_shape(row, instruction).kind <= VGPU_CC_STRIDED;
}

static bool has_parts(const struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, instruction);

    return shape.kind == VGPU_CC_VARYING ||
           (shape.kind == VGPU_CC_STRIDED && !shape.is_exact);
}

static void make_slots(struct vgpu_cc_row *row, LLVMValueRef instruction,
                       struct vgpu_cc_slots *slots)
{
    LLVMTypeRef type = LLVMTypeOf(instruction);

    if (has_scalar(row, instruction) && !slots->scalar)
        slots->scalar = vgpu_cc_slot(row, type, "");
    if (has_parts(row, instruction) && !slots->parts) {
        slots->parts = vgpu_cc_parts(row, instruction);
        for (unsigned i = 0; i < vgpu_cc_components(type); i++)
            slots->parts[i] = vgpu_cc_slot(
                row, vgpu_cc_vector(row, vgpu_cc_component_type(type, i)), "");
    }
}

LLVMValueRef vgpu_cc_scalar(struct vgpu_cc_row *row, LLVMValueRef value)
{
    struct vgpu_cc_value *known;

    if (LLVMIsAArgument(value)) {
        for (unsigned i = 0;; i++)
            if (LLVMGetParam(row->graph.function, i) == value)
                return row->arguments[i];
    }
    if (!LLVMIsAInstruction(value))
        return value;
    known = vgpu_cc_value(row, value);
    if (known->scalar && is_valid(row, known->scalar_epoch))
        return known->scalar;
    make_slots(row, value, &known->slots);
    known->scalar = LLVMBuildLoad2(row->at, LLVMTypeOf(value), known->slots.scalar, "");
    known->scalar_epoch = row->epoch;
    return known->scalar;
}

static LLVMValueRef scalar_component(struct vgpu_cc_row *row, LLVMValueRef value,
                                     unsigned component)
{
    LLVMValueRef scalar = vgpu_cc_scalar(row, value);

    switch (LLVMGetTypeKind(LLVMTypeOf(value))) {
    case LLVMVectorTypeKind:
        return LLVMBuildExtractElement(row->at, scalar, vgpu_cc_i32(row, component), "");
    case LLVMStructTypeKind:
        return LLVMBuildExtractValue(row->at, scalar, component, "");
    default:
        return scalar;
    }
}

LLVMValueRef *vgpu_cc_parts(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    return vgpu_cc_pool_alloc(row->pool, vgpu_cc_components(LLVMTypeOf(instruction)),
                              sizeof(LLVMValueRef));
}

LLVMValueRef vgpu_cc_part(struct vgpu_cc_row *row, LLVMValueRef value, unsigned component)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, value);
    LLVMTypeRef type;
    struct vgpu_cc_value *known;

    if (shape.kind <= VGPU_CC_UNIFORM)
        return vgpu_cc_spread(row, scalar_component(row, value, component));
    if (shape.kind == VGPU_CC_STRIDED && shape.is_exact)
        return vgpu_cc_ramp(row, vgpu_cc_scalar(row, value), shape.stride);
    known = vgpu_cc_value(row, value);
    if (!known->parts || !is_valid(row, known->parts_epoch)) {
        known->parts = vgpu_cc_parts(row, value);
        known->parts_epoch = row->epoch;
    }
    if (known->parts[component])
        return known->parts[component];
    type = vgpu_cc_vector(row, vgpu_cc_component_type(LLVMTypeOf(value), component));
    make_slots(row, value, &known->slots);
    known->parts[component] =
        LLVMBuildLoad2(row->at, type, known->slots.parts[component], "");
    return known->parts[component];
}

void vgpu_cc_define(struct vgpu_cc_row *row, LLVMValueRef instruction,
                    LLVMValueRef scalar, LLVMValueRef *parts)
{
    struct vgpu_cc_value *const value = vgpu_cc_value(row, instruction);

    value->scalar = scalar;
    value->parts = parts;
    value->scalar_epoch = value->parts_epoch = row->epoch;
    if (!value->crosses)
        return;
    make_slots(row, instruction, &value->slots);
    if (scalar && value->slots.scalar)
        LLVMBuildStore(row->at, scalar, value->slots.scalar);
    for (unsigned i = 0; parts && i < vgpu_cc_components(LLVMTypeOf(instruction)); i++)
        LLVMBuildStore(row->at, parts[i], value->slots.parts[i]);
}

void vgpu_cc_store_phi(struct vgpu_cc_row *row, LLVMValueRef phi, LLVMValueRef incoming,
                       LLVMValueRef mask)
{
    struct vgpu_cc_slots *const slots = &vgpu_cc_value(row, phi)->incoming;
    const unsigned count = vgpu_cc_components(LLVMTypeOf(phi));

    make_slots(row, phi, slots);
    if (LLVMIsUndef(incoming))
        return;
    if (slots->scalar)
        LLVMBuildStore(row->at, vgpu_cc_scalar(row, incoming), slots->scalar);
    for (unsigned i = 0; slots->parts && i < count; i++) {
        LLVMValueRef part = vgpu_cc_part(row, incoming, i);

        if (mask) {
            LLVMValueRef old =
                LLVMBuildLoad2(row->at, LLVMTypeOf(part), slots->parts[i], "");

            part = LLVMBuildSelect(row->at, mask, part, old, "");
        }
        LLVMBuildStore(row->at, part, slots->parts[i]);
    }
}

void vgpu_cc_load_phi(struct vgpu_cc_row *row, LLVMValueRef phi)
{
    struct vgpu_cc_slots *const slots = &vgpu_cc_value(row, phi)->incoming;
    LLVMTypeRef type = LLVMTypeOf(phi);
    LLVMValueRef scalar = NULL, *parts = NULL;

    make_slots(row, phi, slots);
    if (slots->scalar)
        scalar = LLVMBuildLoad2(row->at, type, slots->scalar, "");
    if (slots->parts) {
        parts = vgpu_cc_parts(row, phi);
        for (unsigned i = 0; i < vgpu_cc_components(type); i++)
            parts[i] = LLVMBuildLoad2(
                row->at, vgpu_cc_vector(row, vgpu_cc_component_type(type, i)),
                slots->parts[i], "");
    }
    vgpu_cc_define(row, phi, scalar, parts);
}

static bool is_used_elsewhere(LLVMValueRef instruction)
{
    LLVMBasicBlockRef here = LLVMGetInstructionParent(instruction);

    for (LLVMUseRef use = LLVMGetFirstUse(instruction); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (LLVMIsAPHINode(user) || LLVMGetInstructionParent(user) != here)
            return true;
    }
    return false;
}

/* Where an address is used it is computed again, of what it was computed of. */
static bool mark_operands(struct vgpu_cc_row *row, LLVMValueRef address)
{
    const int count = LLVMGetNumOperands(address);
    bool changed = false;

    for (int i = 0; i < count; i++) {
        LLVMValueRef operand = LLVMGetOperand(address, (unsigned)i);

        if (!LLVMIsAInstruction(operand) || vgpu_cc_value(row, operand)->crosses)
            continue;
        vgpu_cc_value(row, operand)->crosses = changed = true;
    }
    return changed;
}

void vgpu_cc_mark_crossing(struct vgpu_cc_row *row)
{
    bool changed = false;

    for (int b = 0; b < row->graph.num_blocks; b++)
        for (LLVMValueRef i = LLVMGetFirstInstruction(row->graph.blocks[b].block); i;
             i = LLVMGetNextInstruction(i))
            vgpu_cc_value(row, i)->crosses = is_used_elsewhere(i);
    do {
        changed = false;
        for (int b = 0; b < row->graph.num_blocks; b++)
            for (LLVMValueRef i = LLVMGetFirstInstruction(row->graph.blocks[b].block); i;
                 i = LLVMGetNextInstruction(i))
                if (LLVMIsAGetElementPtrInst(i) && vgpu_cc_value(row, i)->crosses)
                    changed |= mark_operands(row, i);
    } while (changed);
}
