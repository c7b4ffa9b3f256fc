/* SPDX-License-Identifier: MIT */
/* Explicit conversions, all pairs of types by rule. [OpenCL C 3.0, 6.4.3] */
#include "builtin.h"

#include <stdio.h>
#include <string.h>

enum rounding { DEFAULT, TO_EVEN, TO_ZERO, UP, DOWN };

/* A conversion as its name has it. */
struct conversion {
    enum vgpu_cc_scalar from, to;
    unsigned lanes;
    bool is_saturated;
    enum rounding rounding;
    LLVMTypeRef from_type, to_type; /* of all lanes */
};

static const char *const suffixes[] = {[DEFAULT] = "",
                                       [TO_EVEN] = "_rte",
                                       [TO_ZERO] = "_rtz",
                                       [UP] = "_rtp",
                                       [DOWN] = "_rtn"};

static bool conversion_read(struct vgpu_cc_call *call, struct conversion *out)
{
    const struct vgpu_cc_type *from = &call->signature->parameters[0];
    const char *at = call->signature->name + strlen("convert_");
    size_t letters = strspn(at, "abcdefghijklmnopqrstuvwxyz");

    memset(out, 0, sizeof(*out));
    out->from = from->scalar;
    out->to = vgpu_cc_scalar_named(at, letters);
    out->lanes = from->lanes;
    at += letters + strspn(at + letters, "0123456789");
    if (strncmp(at, "_sat", 4) == 0) {
        out->is_saturated = true;
        at += 4;
    }
    while (out->rounding < DOWN && strcmp(at, suffixes[out->rounding]) != 0)
        out->rounding++;
    if (strcmp(at, suffixes[out->rounding]) != 0 || from->is_pointer ||
        call->signature->num_parameters != 1 || vgpu_cc_scalar_bits(out->to) == 0 ||
        vgpu_cc_scalar_bits(out->from) == 0)
        return false;
    out->from_type = LLVMTypeOf(call->arguments[0]);
    out->to_type =
        vgpu_cc_lanes_type(vgpu_cc_scalar_type(call->module, out->to), out->lanes);
    return true;
}

static LLVMValueRef choose(struct vgpu_cc_call *call, LLVMValueRef is_first,
                           LLVMValueRef first, LLVMValueRef second)
{
    return LLVMBuildSelect(call->builder, is_first, first, second, "");
}

/* Smallest and largest values of an integer type: 0 and 2^bits - 1, or
 * -2^(bits - 1) and 2^(bits - 1) - 1. */
static long long lowest(enum vgpu_cc_scalar scalar)
{
    return vgpu_cc_is_signed(scalar)
               ? (long long)(~0ULL << (vgpu_cc_scalar_bits(scalar) - 1))
               : 0;
}

static unsigned long long highest(enum vgpu_cc_scalar scalar)
{
    unsigned bits = vgpu_cc_scalar_bits(scalar) - vgpu_cc_is_signed(scalar);

    return ~0ULL >> (64 - bits);
}

static LLVMValueRef clamp_to(struct vgpu_cc_call *call, const struct conversion *how,
                             LLVMValueRef value)
{
    bool is_signed = vgpu_cc_is_signed(how->from);
    LLVMValueRef bound;

    if (lowest(how->to) > lowest(how->from)) {
        bound = vgpu_cc_constant(how->from_type, lowest(how->to));
        value = choose(call, LLVMBuildICmp(call->builder, LLVMIntSLT, value, bound, ""),
                       bound, value);
    }
    if (highest(how->to) < highest(how->from)) {
        bound = vgpu_cc_constant(how->from_type, (long long)highest(how->to));
        value = choose(call,
                       LLVMBuildICmp(call->builder, is_signed ? LLVMIntSGT : LLVMIntUGT,
                                     value, bound, ""),
                       bound, value);
    }
    return value;
}

static LLVMValueRef integer_to_integer(struct vgpu_cc_call *call,
                                       const struct conversion *how)
{
    LLVMValueRef value = call->arguments[0];

    if (how->is_saturated)
        value = clamp_to(call, how, value);
    return LLVMBuildIntCast2(call->builder, value, how->to_type,
                             vgpu_cc_is_signed(how->from), "");
}

static LLVMValueRef round_lane(struct vgpu_cc_call *call, LLVMValueRef *arguments,
                               const void *context)
{
    return vgpu_cc_call_intrinsic(call, context, LLVMTypeOf(arguments[0]), arguments, 1);
}

/* To an integer that is still a floating point number; towards zero is what the
 * conversion itself does. */
static LLVMValueRef rounded(struct vgpu_cc_call *call, const struct conversion *how)
{
    static const char *const intrinsics[] = {
        [TO_EVEN] = "llvm.rint", [UP] = "llvm.ceil", [DOWN] = "llvm.floor"};
    LLVMValueRef value = call->arguments[0];

    if (how->rounding != DEFAULT && how->rounding != TO_ZERO)
        vgpu_cc_call_lane_by_lane(call, round_lane, intrinsics[how->rounding], &value);
    return value;
}

static LLVMValueRef is_at_least(struct vgpu_cc_call *call, LLVMValueRef value,
                                double bound)
{
    return LLVMBuildFCmp(call->builder, LLVMRealOGE, value,
                         vgpu_cc_real(LLVMTypeOf(value), bound), "");
}

/* An out-of-range conversion is a poison value; it is never the one that is chosen. NaN
 * becomes 0. */
static LLVMValueRef saturated(struct vgpu_cc_call *call, const struct conversion *how,
                              LLVMValueRef value)
{
    bool is_signed = vgpu_cc_is_signed(how->to);
    double past = 2.0 * (double)(1ULL << (vgpu_cc_scalar_bits(how->to) - 1 - is_signed));
    LLVMValueRef result = is_signed
                              ? LLVMBuildFPToSI(call->builder, value, how->to_type, "")
                              : LLVMBuildFPToUI(call->builder, value, how->to_type, "");
    LLVMValueRef low = vgpu_cc_constant(how->to_type, lowest(how->to));
    LLVMValueRef is_above = is_at_least(call, value, is_signed ? -past : 0.0);

    result = choose(call, is_above, result, low);
    result = choose(call, is_at_least(call, value, past),
                    vgpu_cc_constant(how->to_type, (long long)highest(how->to)), result);
    if (is_signed)
        result = choose(call, LLVMBuildFCmp(call->builder, LLVMRealORD, value, value, ""),
                        result, LLVMConstNull(how->to_type));
    return result;
}

static LLVMValueRef float_to_integer(struct vgpu_cc_call *call,
                                     const struct conversion *how)
{
    LLVMValueRef value = rounded(call, how);

    if (how->is_saturated)
        return saturated(call, how, value);
    value = vgpu_cc_is_signed(how->to)
                ? LLVMBuildFPToSI(call->builder, value, how->to_type, "")
                : LLVMBuildFPToUI(call->builder, value, how->to_type, "");
    return LLVMBuildFreeze(call->builder, value, "");
}

/* What the machine rounds otherwise than to nearest even is done by our library. */
static bool directed(struct vgpu_cc_call *call, const struct conversion *how,
                     LLVMValueRef *value_out)
{
    char name[64];
    struct vgpu_cc_builtin builtin = {.with = name};

    snprintf(name, sizeof(name), "convert_%s%s", vgpu_cc_scalar_name(how->to),
             suffixes[how->rounding]);
    return vgpu_cc_lower_library(call, &builtin, value_out);
}

static bool is_exact(const struct conversion *how)
{
    unsigned digits = how->to == VGPU_CC_DOUBLE ? 53 : how->to == VGPU_CC_FLOAT ? 24 : 11;

    if (vgpu_cc_is_float(how->from))
        return vgpu_cc_scalar_bits(how->to) >= vgpu_cc_scalar_bits(how->from);
    return vgpu_cc_scalar_bits(how->from) - vgpu_cc_is_signed(how->from) <= digits;
}

static bool to_float(struct vgpu_cc_call *call, const struct conversion *how,
                     LLVMValueRef *value_out)
{
    LLVMValueRef value = call->arguments[0];

    if (how->is_saturated)
        return false;
    if (!is_exact(how) && how->rounding != DEFAULT && how->rounding != TO_EVEN)
        return directed(call, how, value_out);
    if (vgpu_cc_is_float(how->from))
        *value_out = LLVMBuildFPCast(call->builder, value, how->to_type, "");
    else if (vgpu_cc_is_signed(how->from))
        *value_out = LLVMBuildSIToFP(call->builder, value, how->to_type, "");
    else
        *value_out = LLVMBuildUIToFP(call->builder, value, how->to_type, "");
    return true;
}

bool vgpu_cc_lower_convert(struct vgpu_cc_call *call,
                           const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    struct conversion how;

    (void)builtin;
    if (!conversion_read(call, &how))
        return false;
    if (vgpu_cc_is_float(how.to))
        return to_float(call, &how, value_out);
    *value_out = vgpu_cc_is_float(how.from) ? float_to_integer(call, &how)
                                            : integer_to_integer(call, &how);
    return true;
}
