/* SPDX-License-Identifier: MIT */
/* Relational functions, select, and shuffles. [OpenCL C 3.0, 6.15.6, 6.15.13] */
#include "builtin.h"

/* Truth is 1 for scalars, all bits of a lane as wide as the operands' for vectors. */
static LLVMValueRef truth(struct vgpu_cc_call *call, LLVMValueRef is_true,
                          enum vgpu_cc_scalar operand)
{
    unsigned lanes = vgpu_cc_lanes_of(is_true);
    LLVMTypeRef lane =
        LLVMIntTypeInContext(call->module->context, vgpu_cc_scalar_bits(operand));

    if (lanes == 1)
        return LLVMBuildZExt(call->builder, is_true, call->module->i32, "");
    return LLVMBuildSExt(call->builder, is_true, LLVMVectorType(lane, lanes), "");
}

static bool is_float(const struct vgpu_cc_type *type)
{
    return !type->is_pointer && vgpu_cc_is_float(type->scalar);
}

bool vgpu_cc_lower_compare(struct vgpu_cc_call *call,
                           const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    const struct vgpu_cc_signature *signature = call->signature;

    if (signature->num_parameters != 2 || !is_float(&signature->parameters[0]) ||
        LLVMTypeOf(call->arguments[0]) != LLVMTypeOf(call->arguments[1]))
        return false;
    *value_out = truth(call,
                       LLVMBuildFCmp(call->builder, (LLVMRealPredicate)builtin->number,
                                     call->arguments[0], call->arguments[1], ""),
                       signature->parameters[0].scalar);
    return true;
}

/* The bits of a floating point value, as integers. */
static LLVMValueRef bits_of(struct vgpu_cc_call *call, LLVMValueRef value,
                            enum vgpu_cc_scalar scalar)
{
    LLVMTypeRef lane =
        LLVMIntTypeInContext(call->module->context, vgpu_cc_scalar_bits(scalar));

    return LLVMBuildBitCast(call->builder, value,
                            vgpu_cc_lanes_type(lane, vgpu_cc_lanes_of(value)), "");
}

/* A row's number has two digits: the magnitude, as an integer, lies from the first bound
 * on, and before the second: 0 nothing, 1 the smallest normal number, 2 infinity, 3 the
 * first NaN, 4 past all. */
static LLVMValueRef bound(LLVMTypeRef type, enum vgpu_cc_scalar scalar, unsigned which)
{
    unsigned mantissa = scalar == VGPU_CC_DOUBLE ? 52 : scalar == VGPU_CC_FLOAT ? 23 : 10;
    unsigned bits = vgpu_cc_scalar_bits(scalar);
    long long infinity = (((1LL << (bits - 1 - mantissa)) - 1) << mantissa);

    return vgpu_cc_constant(type, which == 0   ? 0
                                  : which == 1 ? 1LL << mantissa
                                               : infinity + (which == 3));
}

bool vgpu_cc_lower_classify(struct vgpu_cc_call *call,
                            const struct vgpu_cc_builtin *builtin,
                            LLVMValueRef *value_out)
{
    const struct vgpu_cc_type *type = &call->signature->parameters[0];
    unsigned from = builtin->number >> 4, to = builtin->number & 15;
    LLVMValueRef bits, magnitude, is_in;
    LLVMTypeRef bits_type;

    if (call->signature->num_parameters != 1 || !is_float(type))
        return false;
    bits = bits_of(call, call->arguments[0], type->scalar);
    bits_type = LLVMTypeOf(bits);
    if (builtin->number == 0) { /* signbit */
        is_in =
            LLVMBuildICmp(call->builder, LLVMIntSLT, bits, LLVMConstNull(bits_type), "");
        *value_out = truth(call, is_in, type->scalar);
        return true;
    }
    magnitude = LLVMBuildAnd(
        call->builder, bits,
        vgpu_cc_constant(bits_type, ~(1ULL << (vgpu_cc_scalar_bits(type->scalar) - 1))),
        "");
    is_in = LLVMBuildICmp(call->builder, LLVMIntSGE, magnitude,
                          bound(bits_type, type->scalar, from), "");
    if (to < 4)
        is_in = LLVMBuildAnd(call->builder, is_in,
                             LLVMBuildICmp(call->builder, LLVMIntSLT, magnitude,
                                           bound(bits_type, type->scalar, to), ""),
                             "");
    *value_out = truth(call, is_in, type->scalar);
    return true;
}

/* The lanes' highest bits, together. */
bool vgpu_cc_lower_any_all(struct vgpu_cc_call *call,
                           const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    LLVMValueRef all = NULL;
    unsigned lanes = vgpu_cc_lanes_of(call->arguments[0]);

    if (call->signature->num_parameters != 1 ||
        !vgpu_cc_is_signed(call->signature->parameters[0].scalar))
        return false;
    for (unsigned i = 0; i < lanes; i++) {
        LLVMValueRef lane = vgpu_cc_lane(call, call->arguments[0], i);
        all = all ? LLVMBuildBinOp(call->builder, (LLVMOpcode)builtin->number, all, lane,
                                   "")
                  : lane;
    }
    all =
        LLVMBuildICmp(call->builder, LLVMIntSLT, all, LLVMConstNull(LLVMTypeOf(all)), "");
    *value_out = LLVMBuildZExt(call->builder, all, call->module->i32, "");
    return true;
}

bool vgpu_cc_lower_select(struct vgpu_cc_call *call,
                          const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    LLVMValueRef which = call->arguments[2];
    bool is_vector = vgpu_cc_lanes_of(which) > 1;

    (void)builtin;
    if (call->signature->num_parameters != 3 ||
        vgpu_cc_is_float(call->signature->parameters[2].scalar))
        return false;
    which = LLVMBuildICmp(call->builder, is_vector ? LLVMIntSLT : LLVMIntNE, which,
                          LLVMConstNull(LLVMTypeOf(which)), "");
    *value_out =
        LLVMBuildSelect(call->builder, which, call->arguments[1], call->arguments[0], "");
    return true;
}

bool vgpu_cc_lower_bitselect(struct vgpu_cc_call *call,
                             const struct vgpu_cc_builtin *builtin,
                             LLVMValueRef *value_out)
{
    LLVMValueRef bits[3], value;

    (void)builtin;
    if (call->signature->num_parameters != 3)
        return false;
    for (unsigned i = 0; i < 3; i++)
        bits[i] =
            bits_of(call, call->arguments[i], call->signature->parameters[i].scalar);
    value = LLVMBuildXor(call->builder, bits[0], bits[1], "");
    value = LLVMBuildAnd(call->builder, value, bits[2], "");
    value = LLVMBuildXor(call->builder, value, bits[0], "");
    *value_out =
        LLVMBuildBitCast(call->builder, value, LLVMTypeOf(call->arguments[0]), "");
    return true;
}

/* A lane of several vectors by an index that need not be constant. When it turns out to
 * be, the selects fold away; when not, they stay lane by lane, which later stages can
 * widen, as they cannot an element of a dynamic index. */
static LLVMValueRef lane_at(struct vgpu_cc_call *call, unsigned num_vectors,
                            LLVMValueRef index)
{
    unsigned lanes = vgpu_cc_lanes_of(call->arguments[0]);
    unsigned count = lanes * num_vectors;
    LLVMValueRef value = vgpu_cc_lane(call, call->arguments[0], 0);

    index = LLVMBuildAnd(call->builder, index,
                         vgpu_cc_constant(LLVMTypeOf(index), count - 1), "");
    for (unsigned i = 1; i < count; i++) {
        LLVMValueRef is_this = LLVMBuildICmp(call->builder, LLVMIntEQ, index,
                                             vgpu_cc_constant(LLVMTypeOf(index), i), "");
        value = LLVMBuildSelect(call->builder, is_this,
                                vgpu_cc_lane(call, call->arguments[i / lanes], i % lanes),
                                value, "");
    }
    return value;
}

bool vgpu_cc_lower_shuffle(struct vgpu_cc_call *call,
                           const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    unsigned num_vectors = builtin->number;
    LLVMValueRef mask, value = NULL;
    unsigned lanes;

    if (call->signature->num_parameters != num_vectors + 1)
        return false;
    mask = call->arguments[num_vectors];
    lanes = vgpu_cc_lanes_of(mask);
    for (unsigned i = 0; i < lanes; i++)
        value = vgpu_cc_set_lane(call, value,
                                 lane_at(call, num_vectors, vgpu_cc_lane(call, mask, i)),
                                 i, lanes);
    *value_out = value;
    return true;
}
