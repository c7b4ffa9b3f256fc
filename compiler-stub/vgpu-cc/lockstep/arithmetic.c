/* SPDX-License-Identifier: MIT */
/* Instructions without memory: copies for scalars, vectors for what varies. */
#include "lockstep/flag.h"
#include "lockstep/row.h"

LLVMValueRef vgpu_cc_emit_scalar(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef copy = LLVMInstructionClone(instruction);
    const int count = LLVMGetNumOperands(instruction);

    for (int i = 0; i < count; i++) {
        LLVMValueRef operand = LLVMGetOperand(instruction, (unsigned)i);

        if (LLVMIsAInstruction(operand) || LLVMIsAArgument(operand))
            LLVMSetOperand(copy, (unsigned)i, vgpu_cc_scalar(row, operand));
    }
    LLVMInsertIntoBuilder(row->at, copy);
    return copy;
}

typedef LLVMValueRef part_fn(struct vgpu_cc_row *row, LLVMValueRef instruction,
                             unsigned component);

LLVMValueRef vgpu_cc_operand_part(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                  unsigned operand, unsigned component)
{
    LLVMValueRef value = LLVMGetOperand(instruction, operand);

    return vgpu_cc_part(row, value,
                        vgpu_cc_components(LLVMTypeOf(value)) == 1 ? 0 : component);
}

static LLVMValueRef binary(struct vgpu_cc_row *row, LLVMValueRef instruction,
                           unsigned component)
{
    LLVMValueRef a = vgpu_cc_operand_part(row, instruction, 0, component);
    LLVMValueRef b = vgpu_cc_operand_part(row, instruction, 1, component);

    return LLVMBuildBinOp(row->at, LLVMGetInstructionOpcode(instruction), a, b, "");
}

static LLVMValueRef cast(struct vgpu_cc_row *row, LLVMValueRef instruction,
                         unsigned component)
{
    LLVMTypeRef type = vgpu_cc_component_type(LLVMTypeOf(instruction), component);

    return LLVMBuildCast(row->at, LLVMGetInstructionOpcode(instruction),
                         vgpu_cc_operand_part(row, instruction, 0, component),
                         vgpu_cc_vector(row, type), "");
}

static LLVMValueRef negation(struct vgpu_cc_row *row, LLVMValueRef instruction,
                             unsigned component)
{
    return LLVMBuildFNeg(row->at, vgpu_cc_operand_part(row, instruction, 0, component),
                         "");
}

static LLVMValueRef freeze(struct vgpu_cc_row *row, LLVMValueRef instruction,
                           unsigned component)
{
    return LLVMBuildFreeze(row->at, vgpu_cc_operand_part(row, instruction, 0, component),
                           "");
}

static LLVMValueRef comparison(struct vgpu_cc_row *row, LLVMValueRef instruction,
                               unsigned component)
{
    LLVMValueRef a = vgpu_cc_operand_part(row, instruction, 0, component);
    LLVMValueRef b = vgpu_cc_operand_part(row, instruction, 1, component);

    if (LLVMIsAICmpInst(instruction))
        return LLVMBuildICmp(row->at, LLVMGetICmpPredicate(instruction), a, b, "");
    return LLVMBuildFCmp(row->at, LLVMGetFCmpPredicate(instruction), a, b, "");
}

static LLVMValueRef choice(struct vgpu_cc_row *row, LLVMValueRef instruction,
                           unsigned component)
{
    LLVMValueRef condition = LLVMGetOperand(instruction, 0);
    LLVMValueRef yes = vgpu_cc_operand_part(row, instruction, 1, component);
    LLVMValueRef no = vgpu_cc_operand_part(row, instruction, 2, component);

    if (LLVMGetTypeKind(LLVMTypeOf(condition)) != LLVMVectorTypeKind &&
        vgpu_cc_is_uniform(&row->shapes, condition))
        condition = vgpu_cc_scalar(row, condition);
    else
        condition = vgpu_cc_operand_part(row, instruction, 0, component);
    return LLVMBuildSelect(row->at, condition, yes, no, "");
}

static LLVMValueRef picked(struct vgpu_cc_row *row, LLVMValueRef vector,
                           LLVMValueRef index)
{
    const unsigned count = vgpu_cc_components(LLVMTypeOf(vector));
    LLVMValueRef part, which;

    if (LLVMIsAConstantInt(index)) {
        const unsigned long long at = LLVMConstIntGetZExtValue(index);

        return vgpu_cc_part(row, vector, at < count ? (unsigned)at : 0);
    }
    which = vgpu_cc_part(row, index, 0);
    part = vgpu_cc_part(row, vector, 0);
    for (unsigned i = 1; i < count; i++) {
        LLVMValueRef here =
            LLVMBuildICmp(row->at, LLVMIntEQ, which,
                          vgpu_cc_spread(row, LLVMConstInt(LLVMTypeOf(index), i, 0)), "");

        part = LLVMBuildSelect(row->at, here, vgpu_cc_part(row, vector, i), part, "");
    }
    return part;
}

static LLVMValueRef extracted_element(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                      unsigned component)
{
    (void)component;
    return picked(row, LLVMGetOperand(instruction, 0), LLVMGetOperand(instruction, 1));
}

static LLVMValueRef inserted_element(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                     unsigned component)
{
    LLVMValueRef index = LLVMGetOperand(instruction, 2);
    LLVMValueRef old, new;

    if (LLVMIsAConstantInt(index))
        return LLVMConstIntGetZExtValue(index) == component
                   ? vgpu_cc_part(row, LLVMGetOperand(instruction, 1), 0)
                   : vgpu_cc_part(row, LLVMGetOperand(instruction, 0), component);
    old = vgpu_cc_part(row, LLVMGetOperand(instruction, 0), component);
    new = vgpu_cc_part(row, LLVMGetOperand(instruction, 1), 0);
    return LLVMBuildSelect(
        row->at,
        LLVMBuildICmp(row->at, LLVMIntEQ, vgpu_cc_part(row, index, 0),
                      vgpu_cc_spread(row, LLVMConstInt(LLVMTypeOf(index), component, 0)),
                      ""),
        new, old, "");
}

static LLVMValueRef shuffled(struct vgpu_cc_row *row, LLVMValueRef instruction,
                             unsigned component)
{
    LLVMValueRef first = LLVMGetOperand(instruction, 0);
    const int from = LLVMGetMaskValue(instruction, component);
    const int count = (int)vgpu_cc_components(LLVMTypeOf(first));

    if (from == LLVMGetUndefMaskElem())
        return LLVMGetPoison(
            vgpu_cc_vector(row, LLVMGetElementType(LLVMTypeOf(instruction))));
    if (from < count)
        return vgpu_cc_part(row, first, (unsigned)from);
    return vgpu_cc_part(row, LLVMGetOperand(instruction, 1), (unsigned)(from - count));
}

static LLVMValueRef extracted_member(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                     unsigned component)
{
    LLVMValueRef aggregate = LLVMGetOperand(instruction, 0);

    (void)component;
    if (LLVMGetNumIndices(instruction) != 1 ||
        LLVMGetTypeKind(LLVMTypeOf(aggregate)) != LLVMStructTypeKind ||
        vgpu_cc_components(LLVMTypeOf(instruction)) != 1) {
        vgpu_cc_refuse(row, "it uses nested aggregates as values");
        return LLVMGetPoison(vgpu_cc_vector(row, row->module->i32));
    }
    return vgpu_cc_part(row, aggregate, LLVMGetIndices(instruction)[0]);
}

static LLVMValueRef inserted_member(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                    unsigned component)
{
    if (LLVMGetNumIndices(instruction) != 1 ||
        LLVMGetTypeKind(LLVMTypeOf(instruction)) != LLVMStructTypeKind) {
        vgpu_cc_refuse(row, "it uses nested aggregates as values");
        return LLVMGetPoison(vgpu_cc_vector(row, row->module->i32));
    }
    return LLVMGetIndices(instruction)[0] == component
               ? vgpu_cc_part(row, LLVMGetOperand(instruction, 1), 0)
               : vgpu_cc_part(row, LLVMGetOperand(instruction, 0), component);
}

static LLVMTypeRef as_integers(struct vgpu_cc_row *row, LLVMTypeRef element)
{
    const unsigned bits = (unsigned)LLVMSizeOfTypeInBits(row->module->layout, element);

    return vgpu_cc_vector(row, LLVMIntTypeInContext(row->module->context, bits));
}

/* Between vectors whose elements differ in size: each item's bits, element by element. */
static LLVMValueRef reinterpreted(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                  unsigned component)
{
    LLVMValueRef operand = LLVMGetOperand(instruction, 0);
    LLVMTypeRef from = vgpu_cc_component_type(LLVMTypeOf(operand), 0);
    LLVMTypeRef to = vgpu_cc_component_type(LLVMTypeOf(instruction), 0);
    const unsigned from_bits = (unsigned)LLVMSizeOfTypeInBits(row->module->layout, from);
    const unsigned to_bits = (unsigned)LLVMSizeOfTypeInBits(row->module->layout, to);
    LLVMTypeRef from_type = as_integers(row, from), to_type = as_integers(row, to);
    LLVMValueRef bits = NULL, shift;

    if (from_bits == to_bits)
        return LLVMBuildBitCast(row->at, vgpu_cc_part(row, operand, component),
                                vgpu_cc_vector(row, to), "");
    if (from_bits > to_bits) {
        const unsigned each = from_bits / to_bits;

        bits = LLVMBuildBitCast(row->at, vgpu_cc_part(row, operand, component / each),
                                from_type, "");
        shift =
            LLVMConstInt(LLVMGetElementType(from_type), component % each * to_bits, 0);
        bits = LLVMBuildLShr(row->at, bits, vgpu_cc_spread(row, shift), "");
        bits = LLVMBuildTrunc(row->at, bits, to_type, "");
        return LLVMBuildBitCast(row->at, bits, vgpu_cc_vector(row, to), "");
    }
    for (unsigned i = 0; i < to_bits / from_bits; i++) {
        LLVMValueRef piece = LLVMBuildBitCast(
            row->at, vgpu_cc_part(row, operand, component * (to_bits / from_bits) + i),
            from_type, "");

        piece = LLVMBuildFreeze(row->at, piece, ""); /* one's poison stays its own */
        piece = LLVMBuildZExt(row->at, piece, to_type, "");
        shift = LLVMConstInt(LLVMGetElementType(to_type), i * from_bits, 0);
        piece = LLVMBuildShl(row->at, piece, vgpu_cc_spread(row, shift), "");
        bits = bits ? LLVMBuildOr(row->at, bits, piece, "") : piece;
    }
    return LLVMBuildBitCast(row->at, bits, vgpu_cc_vector(row, to), "");
}

static part_fn *function_of(LLVMOpcode opcode)
{
    switch (opcode) {
    case LLVMUDiv:
    case LLVMSDiv:
    case LLVMURem:
    case LLVMSRem:
        return vgpu_cc_divide;
    case LLVMFNeg:
        return negation;
    case LLVMFreeze:
        return freeze;
    case LLVMICmp:
    case LLVMFCmp:
        return comparison;
    case LLVMSelect:
        return choice;
    case LLVMExtractElement:
        return extracted_element;
    case LLVMInsertElement:
        return inserted_element;
    case LLVMShuffleVector:
        return shuffled;
    case LLVMExtractValue:
        return extracted_member;
    case LLVMInsertValue:
        return inserted_member;
    case LLVMBitCast:
        return reinterpreted;
    case LLVMAdd:
    case LLVMFAdd:
    case LLVMSub:
    case LLVMFSub:
    case LLVMMul:
    case LLVMFMul:
    case LLVMFDiv:
    case LLVMFRem:
    case LLVMShl:
    case LLVMLShr:
    case LLVMAShr:
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor:
        return binary;
    case LLVMTrunc:
    case LLVMZExt:
    case LLVMSExt:
    case LLVMFPToUI:
    case LLVMFPToSI:
    case LLVMUIToFP:
    case LLVMSIToFP:
    case LLVMFPTrunc:
    case LLVMFPExt:
    case LLVMPtrToInt:
    case LLVMIntToPtr:
        return cast;
    default:
        return NULL;
    }
}

LLVMValueRef vgpu_cc_near_end(struct vgpu_cc_row *row, LLVMValueRef number, uint64_t most,
                              int64_t stride, unsigned items, LLVMValueRef below,
                              LLVMValueRef above)
{
    LLVMValueRef last;

    if (stride < 0)
        return above;
    last = LLVMConstInt(LLVMTypeOf(number), most - (uint64_t)stride * (items - 1), 0);
    return LLVMBuildSelect(row->at, LLVMBuildICmp(row->at, LLVMIntUGT, number, last, ""),
                           below, above, "");
}

static LLVMValueRef extended_base(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                  int64_t stride)
{
    LLVMValueRef base = vgpu_cc_scalar(row, LLVMGetOperand(instruction, 0));
    LLVMTypeRef type = LLVMTypeOf(instruction), narrow = LLVMTypeOf(base);
    LLVMValueRef below = LLVMBuildSExt(row->at, base, type, "");

    if (!LLVMIsAZExtInst(instruction) || vgpu_cc_has_nneg(instruction))
        return below;
    return vgpu_cc_near_end(row, base, LLVMConstIntGetZExtValue(LLVMConstAllOnes(narrow)),
                            stride, row->width, below,
                            LLVMBuildZExt(row->at, base, type, ""));
}

/* `x & 0x3fffffffc`. */
static LLVMValueRef masked_base(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                int64_t stride)
{
    const uint64_t mask = LLVMConstIntGetZExtValue(LLVMGetOperand(instruction, 1));
    const uint64_t lowest = mask & -mask;
    LLVMValueRef base = vgpu_cc_emit_scalar(row, instruction);
    LLVMValueRef below =
        LLVMBuildOr(row->at, base, vgpu_cc_i64(row, ~(mask | (lowest - 1))), "");

    return vgpu_cc_near_end(row, base, mask, stride, row->width, below, base);
}

/* `x << 32 >> 30`, unsigned. */
static LLVMValueRef shifted_base(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                 int64_t stride)
{
    LLVMValueRef number = vgpu_cc_scalar(row, LLVMGetOperand(instruction, 0));
    LLVMValueRef by = LLVMGetOperand(instruction, 1);

    return vgpu_cc_near_end(row, number, UINT64_MAX,
                            (int64_t)((uint64_t)stride << LLVMConstIntGetZExtValue(by)),
                            row->width, LLVMBuildAShr(row->at, number, by, ""),
                            LLVMBuildLShr(row->at, number, by, ""));
}

static LLVMValueRef strided_base(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);
    LLVMValueRef base;

    if (opcode == LLVMZExt || opcode == LLVMSExt)
        return extended_base(row, instruction, vgpu_cc_shape(row, instruction).stride);
    if (opcode == LLVMAnd)
        return masked_base(row, instruction, vgpu_cc_shape(row, instruction).stride);
    if (opcode == LLVMLShr)
        return shifted_base(row, instruction, vgpu_cc_shape(row, instruction).stride);
    if (opcode == LLVMOr) /* disjoint for all items that are there */
        return LLVMBuildAdd(row->at, vgpu_cc_scalar(row, LLVMGetOperand(instruction, 0)),
                            vgpu_cc_scalar(row, LLVMGetOperand(instruction, 1)), "");
    base = vgpu_cc_emit_scalar(row, instruction);
    vgpu_cc_drop_wrap_flags(base);
    return base;
}

bool vgpu_cc_emit_arithmetic(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, instruction);
    part_fn *const function = function_of(LLVMGetInstructionOpcode(instruction));
    LLVMValueRef base = NULL, *parts;

    if (!function)
        return false;
    if (shape.kind == VGPU_CC_STRIDED) {
        base = strided_base(row, instruction);
        if (shape.is_exact) {
            vgpu_cc_define(row, instruction, base, NULL);
            return true;
        }
    }
    parts = vgpu_cc_parts(row, instruction);
    for (unsigned i = 0; i < vgpu_cc_components(LLVMTypeOf(instruction)); i++) {
        parts[i] = function(row, instruction, i);
        vgpu_cc_copy_flags(instruction, parts[i]);
    }
    vgpu_cc_define(row, instruction, base, parts);
    return true;
}
