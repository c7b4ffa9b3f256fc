/* SPDX-License-Identifier: MIT */
/* What the work-items of a group do together: barriers, fences, asynchronous copies.
 * [OpenCL C 3.0, 6.15.8, 6.15.11, 6.15.12.5] */
#include "sub_group.h"

#define LOCAL_FENCE 1u /* CLK_LOCAL_MEM_FENCE */
#define ALL_FENCES  3u /* and CLK_GLOBAL_MEM_FENCE */

static void mark(LLVMValueRef function, LLVMContextRef context, const char *name,
                 size_t length)
{
    LLVMAddAttributeAtIndex(
        function, LLVMAttributeFunctionIndex,
        LLVMCreateEnumAttribute(context, LLVMGetEnumAttributeKindForName(name, length),
                                0));
}

void vgpu_cc_build_barrier(struct vgpu_cc_call *call, const char *pseudo,
                           LLVMValueRef flags)
{
    LLVMValueRef value =
        vgpu_cc_call_named(call, pseudo, call->module->void_type, &flags, 1);
    LLVMValueRef function = LLVMGetCalledValue(value);

    mark(function, call->module->context, "convergent", 10);
    mark(function, call->module->context, "noduplicate", 11);
    mark(function, call->module->context, "nounwind", 8);
}

/* The scope says no more than the flags where one thread runs a whole group. */
bool vgpu_cc_lower_barrier(struct vgpu_cc_call *call,
                           const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    (void)value_out;
    if (call->signature->num_parameters < 1 || call->signature->num_parameters > 2)
        return false;
    vgpu_cc_build_barrier(call, builtin->with, call->arguments[0]);
    return true;
}

/* A fence of __local memory alone concerns one thread. */
bool vgpu_cc_lower_fence(struct vgpu_cc_call *call, const struct vgpu_cc_builtin *builtin,
                         LLVMValueRef *value_out)
{
    LLVMValueRef flags = call->arguments[0];
    bool is_local =
        LLVMIsAConstantInt(flags) && LLVMConstIntGetZExtValue(flags) == LOCAL_FENCE;

    (void)builtin;
    (void)value_out;
    LLVMBuildFence(call->builder, LLVMAtomicOrderingAcquireRelease, is_local, "");
    return true;
}

bool vgpu_cc_lower_nothing(struct vgpu_cc_call *call,
                           const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    (void)call;
    (void)builtin;
    (void)value_out;
    return true;
}

/* Any memory, as far as an address tells. */
bool vgpu_cc_lower_get_fence(struct vgpu_cc_call *call,
                             const struct vgpu_cc_builtin *builtin,
                             LLVMValueRef *value_out)
{
    (void)builtin;
    if (call->signature->num_parameters != 1 ||
        !call->signature->parameters[0].is_pointer)
        return false;
    *value_out = LLVMConstInt(call->module->i32, ALL_FENCES, false);
    return true;
}

/* A number of the group, over all dimensions: items, or this item's place among them. */
static void linear(struct vgpu_cc_call *call, LLVMValueRef *place_out,
                   LLVMValueRef *items_out)
{
    static const char *const ids[] = {"vgpu.local_id.0", "vgpu.local_id.1",
                                      "vgpu.local_id.2"};
    static const char *const sizes[] = {"vgpu.local_size.0", "vgpu.local_size.1",
                                        "vgpu.local_size.2"};
    LLVMTypeRef i64 = call->module->i64;
    LLVMValueRef place = NULL, items = NULL;

    for (unsigned i = 3; i-- > 0;) {
        LLVMValueRef id = vgpu_cc_call_pure(call, ids[i], i64, NULL, 0);
        LLVMValueRef size = vgpu_cc_call_pure(call, sizes[i], i64, NULL, 0);
        place = place ? LLVMBuildAdd(call->builder,
                                     LLVMBuildMul(call->builder, place, size, ""), id, "")
                      : id;
        items = items ? LLVMBuildMul(call->builder, items, size, "") : size;
    }
    *place_out = place;
    *items_out = items;
}

/* Each item copies every n-th piece, n being the items of the group; an element is one or
 * more pieces of at most 8 bytes. */
static bool build_copy(struct vgpu_cc_call *call, LLVMValueRef to_stride,
                       LLVMValueRef from_stride, LLVMValueRef *value_out)
{
    static const struct vgpu_cc_type number = {.scalar = VGPU_CC_ULONG, .lanes = 1};
    const struct vgpu_cc_type *element = &call->signature->parameters[0];
    unsigned lanes = element->lanes == 3 ? 4 : element->lanes;
    unsigned bits = vgpu_cc_scalar_bits(element->scalar), pieces = lanes;
    struct vgpu_cc_type types[8];
    LLVMValueRef arguments[8] = {call->arguments[0], call->arguments[1], to_stride,
                                 from_stride, call->arguments[2]};

    for (; bits < 64 && pieces > 1; pieces /= 2)
        bits *= 2;
    types[0] = types[1] = (struct vgpu_cc_type){
        .scalar = bits == 8    ? VGPU_CC_UCHAR
                  : bits == 16 ? VGPU_CC_USHORT
                  : bits == 32 ? VGPU_CC_UINT
                               : VGPU_CC_ULONG,
        .lanes = 1,
        .is_pointer = true,
    };
    for (unsigned i = 2; i < 8; i++)
        types[i] = number;
    arguments[5] = LLVMConstInt(call->module->i64, pieces, false);
    linear(call, &arguments[6], &arguments[7]);
    *value_out = call->arguments[call->signature->num_parameters - 1];
    return vgpu_cc_call_library(call, "async_copy", types, arguments, 8) != NULL;
}

static bool is_copy(const struct vgpu_cc_signature *signature, unsigned num_parameters)
{
    return signature->num_parameters == num_parameters &&
           signature->parameters[0].is_pointer && signature->parameters[1].is_pointer &&
           vgpu_cc_scalar_bits(signature->parameters[0].scalar) != 0;
}

bool vgpu_cc_lower_async_copy(struct vgpu_cc_call *call,
                              const struct vgpu_cc_builtin *builtin,
                              LLVMValueRef *value_out)
{
    LLVMValueRef one = LLVMConstInt(call->module->i64, 1, false);

    (void)builtin;
    return is_copy(call->signature, 4) && build_copy(call, one, one, value_out);
}

/* The stride is that of the side in global memory. */
bool vgpu_cc_lower_async_strided_copy(struct vgpu_cc_call *call,
                                      const struct vgpu_cc_builtin *builtin,
                                      LLVMValueRef *value_out)
{
    LLVMValueRef one = LLVMConstInt(call->module->i64, 1, false);
    LLVMValueRef stride = call->arguments[3];
    bool to_local = call->signature->parameters[0].space == VGPU_CC_LOCAL;

    (void)builtin;
    return is_copy(call->signature, 5) &&
           build_copy(call, to_local ? one : stride, to_local ? stride : one, value_out);
}

/* Every item has copied its share when all are here. */
bool vgpu_cc_lower_wait_events(struct vgpu_cc_call *call,
                               const struct vgpu_cc_builtin *builtin,
                               LLVMValueRef *value_out)
{
    (void)builtin;
    (void)value_out;
    vgpu_cc_build_barrier(call, "vgpu.barrier",
                          LLVMConstInt(call->module->i32, ALL_FENCES, false));
    return true;
}
