/* SPDX-License-Identifier: MIT */
/* Vector data load and store functions, those of half included. [OpenCL C 3.0, 6.15.7] */
#include "builtin.h"

#include <stdlib.h>
#include <string.h>

static LLVMValueRef bytes_offset(struct vgpu_cc_call *call, LLVMValueRef pointer,
                                 LLVMTypeRef element, unsigned stride,
                                 LLVMValueRef offset)
{
    LLVMValueRef index = LLVMBuildMul(
        call->builder, offset, LLVMConstInt(LLVMTypeOf(offset), stride, false), "");

    return vgpu_cc_element(call, element, pointer, index);
}

/* Is argument `at` a pointer, `at - 1` an offset? */
static bool is_access(const struct vgpu_cc_call *call, unsigned at)
{
    const struct vgpu_cc_signature *signature = call->signature;

    return signature->num_parameters == at + 1 && signature->parameters[at].is_pointer &&
           signature->parameters[at].scalar != VGPU_CC_OTHER &&
           signature->parameters[at - 1].scalar == VGPU_CC_ULONG;
}

bool vgpu_cc_lower_vload(struct vgpu_cc_call *call, const struct vgpu_cc_builtin *builtin,
                         LLVMValueRef *value_out)
{
    unsigned lanes = builtin->number;
    LLVMTypeRef element;
    LLVMValueRef pointer;

    if (!is_access(call, 1))
        return false;
    element = vgpu_cc_scalar_type(call->module, call->signature->parameters[1].scalar);
    pointer = bytes_offset(call, call->arguments[1], element, lanes, call->arguments[0]);
    *value_out =
        LLVMBuildLoad2(call->builder, LLVMVectorType(element, lanes), pointer, "");
    LLVMSetAlignment(*value_out,
                     vgpu_cc_scalar_bits(call->signature->parameters[1].scalar) / 8);
    return true;
}

bool vgpu_cc_lower_vstore(struct vgpu_cc_call *call,
                          const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    unsigned lanes = builtin->number;
    LLVMTypeRef element;
    LLVMValueRef pointer, store;

    (void)value_out;
    if (!is_access(call, 2) || vgpu_cc_lanes_of(call->arguments[0]) != lanes)
        return false;
    element = vgpu_cc_scalar_type(call->module, call->signature->parameters[2].scalar);
    pointer = bytes_offset(call, call->arguments[2], element, lanes, call->arguments[1]);
    store = LLVMBuildStore(call->builder, call->arguments[0], pointer);
    LLVMSetAlignment(store,
                     vgpu_cc_scalar_bits(call->signature->parameters[2].scalar) / 8);
    return true;
}

/* Does the machine convert between half and float by itself? */
static bool has_half(struct vgpu_cc_call *call)
{
    char *features = LLVMGetTargetMachineFeatureString(call->module->machine);
    bool has = strstr(features, "+f16c") != NULL;

    LLVMDisposeMessage(features);
    return has;
}

/* What follows "half" in a name: lanes, and a rounding mode, "" where there is none. */
struct half_name {
    unsigned lanes;
    bool is_aligned;
    const char *mode;
};

static bool half_name_read(const char *name, struct half_name *out)
{
    const char *at = strstr(name, "_half");

    if (!at)
        return false;
    out->is_aligned = at[-1] == 'a';
    at += strlen("_half");
    out->lanes = 1;
    if (*at >= '1' && *at <= '9') {
        char *end;
        out->lanes = (unsigned)strtoul(at, &end, 10);
        at = end;
    }
    out->mode = at;
    return out->lanes <= 16;
}

/* Where the vector lies, and how it is aligned. vloada_half3 and vstorea_half3 count in
 * fours. */
static LLVMValueRef half_place(struct vgpu_cc_call *call, const struct half_name *name,
                               unsigned at, unsigned *alignment_out)
{
    unsigned stride = name->is_aligned && name->lanes == 3 ? 4 : name->lanes;

    *alignment_out = name->is_aligned ? 2 * stride : 2;
    return bytes_offset(call, call->arguments[at], call->module->i16, stride,
                        call->arguments[at - 1]);
}

bool vgpu_cc_lower_vload_half(struct vgpu_cc_call *call,
                              const struct vgpu_cc_builtin *builtin,
                              LLVMValueRef *value_out)
{
    static const struct vgpu_cc_type bits_type = {.scalar = VGPU_CC_USHORT, .lanes = 1};
    struct half_name name;
    LLVMTypeRef half = vgpu_cc_scalar_type(call->module, VGPU_CC_HALF);
    bool is_direct = has_half(call);
    LLVMValueRef pointer, loaded, value = NULL;
    unsigned alignment;

    (void)builtin;
    if (!is_access(call, 1) || !half_name_read(call->signature->name, &name))
        return false;
    pointer = half_place(call, &name, 1, &alignment);
    loaded = LLVMBuildLoad2(
        call->builder,
        vgpu_cc_lanes_type(is_direct ? half : call->module->i16, name.lanes), pointer,
        "");
    LLVMSetAlignment(loaded, alignment);
    if (is_direct) {
        *value_out = LLVMBuildFPExt(
            call->builder, loaded, vgpu_cc_lanes_type(call->module->f32, name.lanes), "");
        return true;
    }
    for (unsigned i = 0; i < name.lanes; i++) {
        LLVMValueRef bits = vgpu_cc_lane(call, loaded, i);
        LLVMValueRef lane =
            vgpu_cc_call_library(call, "float_of_half", &bits_type, &bits, 1);
        if (!lane)
            return false;
        value = vgpu_cc_set_lane(call, value, lane, i, name.lanes);
    }
    *value_out = value;
    return true;
}

/* A lane as the bits of a half. */
static LLVMValueRef to_half(struct vgpu_cc_call *call, LLVMValueRef value,
                            const char *mode)
{
    const struct vgpu_cc_type *type = &call->signature->parameters[0];
    char name[32] = "half_of_rte";

    if (*mode)
        memcpy(name + strlen("half_of"), mode, strlen(mode) + 1);
    if (type->scalar == VGPU_CC_FLOAT && strcmp(name, "half_of_rte") == 0 &&
        has_half(call))
        return LLVMBuildBitCast(
            call->builder,
            LLVMBuildFPTrunc(call->builder, value,
                             vgpu_cc_scalar_type(call->module, VGPU_CC_HALF), ""),
            call->module->i16, "");
    return vgpu_cc_call_library(call, name, type, &value, 1);
}

bool vgpu_cc_lower_vstore_half(struct vgpu_cc_call *call,
                               const struct vgpu_cc_builtin *builtin,
                               LLVMValueRef *value_out)
{
    struct half_name name;
    LLVMValueRef pointer, bits = NULL;
    unsigned alignment;

    (void)builtin;
    (void)value_out;
    if (!is_access(call, 2) || !half_name_read(call->signature->name, &name) ||
        vgpu_cc_lanes_of(call->arguments[0]) != name.lanes || strlen(name.mode) > 4)
        return false;
    for (unsigned i = 0; i < name.lanes; i++) {
        LLVMValueRef lane =
            to_half(call, vgpu_cc_lane(call, call->arguments[0], i), name.mode);
        if (!lane)
            return false;
        bits = vgpu_cc_set_lane(call, bits, lane, i, name.lanes);
    }
    pointer = half_place(call, &name, 2, &alignment);
    LLVMSetAlignment(LLVMBuildStore(call->builder, bits, pointer), alignment);
    return true;
}
