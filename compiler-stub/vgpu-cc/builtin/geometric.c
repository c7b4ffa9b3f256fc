/* SPDX-License-Identifier: MIT */
/* Geometric functions. [OpenCL C 3.0, 6.15.5] */
#include "builtin.h"

static bool is_float(const struct vgpu_cc_signature *signature, unsigned num_parameters)
{
    if (signature->num_parameters != num_parameters)
        return false;
    for (unsigned i = 0; i < num_parameters; i++)
        if (!vgpu_cc_is_float(signature->parameters[i].scalar) ||
            signature->parameters[i].is_pointer || signature->parameters[i].lanes > 4)
            return false;
    return true;
}

static LLVMValueRef multiply_add(struct vgpu_cc_call *call, LLVMValueRef a,
                                 LLVMValueRef b, LLVMValueRef c)
{
    LLVMValueRef arguments[3] = {a, b, c};

    return vgpu_cc_call_intrinsic(call, "llvm.fmuladd", LLVMTypeOf(a), arguments, 3);
}

bool vgpu_cc_lower_dot(struct vgpu_cc_call *call, const struct vgpu_cc_builtin *builtin,
                       LLVMValueRef *value_out)
{
    LLVMValueRef sum = NULL;

    (void)builtin;
    if (!is_float(call->signature, 2))
        return false;
    for (unsigned i = 0; i < vgpu_cc_call_lanes(call); i++) {
        LLVMValueRef a = vgpu_cc_lane(call, call->arguments[0], i);
        LLVMValueRef b = vgpu_cc_lane(call, call->arguments[1], i);
        sum =
            sum ? multiply_add(call, a, b, sum) : LLVMBuildFMul(call->builder, a, b, "");
    }
    *value_out = sum;
    return true;
}

bool vgpu_cc_lower_cross(struct vgpu_cc_call *call, const struct vgpu_cc_builtin *builtin,
                         LLVMValueRef *value_out)
{
    unsigned lanes = vgpu_cc_call_lanes(call);
    LLVMValueRef value = NULL, a[3], b[3];

    (void)builtin;
    if (!is_float(call->signature, 2) || lanes < 3)
        return false;
    for (unsigned i = 0; i < 3; i++) {
        a[i] = vgpu_cc_lane(call, call->arguments[0], i);
        b[i] = vgpu_cc_lane(call, call->arguments[1], i);
    }
    for (unsigned i = 0; i < 3; i++) {
        unsigned j = (i + 1) % 3, k = (i + 2) % 3;
        LLVMValueRef lane =
            LLVMBuildFSub(call->builder, LLVMBuildFMul(call->builder, a[j], b[k], ""),
                          LLVMBuildFMul(call->builder, a[k], b[j], ""), "");
        value = vgpu_cc_set_lane(call, value, lane, i, lanes);
    }
    if (lanes == 4)
        value = vgpu_cc_set_lane(call, value, LLVMConstNull(LLVMTypeOf(a[0])), 3, 4);
    *value_out = value;
    return true;
}

/* A function of our library that takes a vector's components one by one. */
static LLVMValueRef spread(struct vgpu_cc_call *call, const char *name,
                           LLVMValueRef vector)
{
    unsigned lanes = vgpu_cc_lanes_of(vector);
    LLVMValueRef arguments[4];
    struct vgpu_cc_type types[4];

    for (unsigned i = 0; i < lanes; i++) {
        arguments[i] = vgpu_cc_lane(call, vector, i);
        types[i] = call->signature->parameters[0];
    }
    return vgpu_cc_call_library(call, name, types, arguments, lanes);
}

bool vgpu_cc_lower_spread(struct vgpu_cc_call *call,
                          const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    if (!is_float(call->signature, 1))
        return false;
    *value_out = spread(call, builtin->with, call->arguments[0]);
    return *value_out != NULL;
}

bool vgpu_cc_lower_distance(struct vgpu_cc_call *call,
                            const struct vgpu_cc_builtin *builtin,
                            LLVMValueRef *value_out)
{
    if (!is_float(call->signature, 2) ||
        LLVMTypeOf(call->arguments[0]) != LLVMTypeOf(call->arguments[1]))
        return false;
    *value_out =
        spread(call, builtin->with,
               LLVMBuildFSub(call->builder, call->arguments[0], call->arguments[1], ""));
    return *value_out != NULL;
}

static LLVMValueRef scale_lane(struct vgpu_cc_call *call, LLVMValueRef *arguments,
                               const void *context)
{
    struct vgpu_cc_type types[2] = {call->signature->parameters[0],
                                    call->signature->parameters[0]};
    LLVMValueRef values[2] = {arguments[0], (LLVMValueRef)context};

    return vgpu_cc_call_library(call, "normalize_scaled", types, values, 2);
}

struct normalization {
    LLVMValueRef scale, factor;
};

static LLVMValueRef normalize_lane(struct vgpu_cc_call *call, LLVMValueRef *arguments,
                                   const void *context)
{
    const struct normalization *by = context;
    const struct vgpu_cc_type type = call->signature->parameters[0];
    const struct vgpu_cc_type types[3] = {type, type, type};
    LLVMValueRef values[3] = {arguments[0], by->scale, by->factor};

    return vgpu_cc_call_library(call, "normalized", types, values, 3);
}

static bool normalize_fast(struct vgpu_cc_call *call, LLVMValueRef *value_out)
{
    LLVMValueRef vector = call->arguments[0];
    LLVMValueRef factor = spread(call, "normalize_factor", vector);

    if (!factor)
        return false;
    *value_out = LLVMBuildFMul(call->builder, vector,
                               vgpu_cc_splat(call, factor, vgpu_cc_lanes_of(vector)), "");
    return true;
}

/* First to a size whose squares neither overflow nor vanish, then to length 1. */
bool vgpu_cc_lower_normalize(struct vgpu_cc_call *call,
                             const struct vgpu_cc_builtin *builtin,
                             LLVMValueRef *value_out)
{
    struct normalization by;
    LLVMValueRef scaled;

    if (!is_float(call->signature, 1))
        return false;
    if (builtin->number == 1 || call->is_relaxed)
        return normalize_fast(call, value_out);
    by.scale = spread(call, "normalize_scale", call->arguments[0]);
    if (!by.scale || !vgpu_cc_call_lane_by_lane(call, scale_lane, by.scale, &scaled))
        return false;
    by.factor = spread(call, "normalize_factor", scaled);
    return by.factor && vgpu_cc_call_lane_by_lane(call, normalize_lane, &by, value_out);
}
