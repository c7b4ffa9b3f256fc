/* SPDX-License-Identifier: MIT */
/* Work-item functions. [OpenCL C 3.0, 6.15.1] */
#include "builtin.h"

#include <stdio.h>

static LLVMValueRef query(struct vgpu_cc_call *call, const char *what, unsigned dimension)
{
    char name[64];

    snprintf(name, sizeof(name), "vgpu.%s.%u", what, dimension);
    return vgpu_cc_call_pure(call, name, call->module->i64, NULL, 0);
}

/* A query of a dimension, which need not be constant; `beyond` of those that are not. */
static bool lower_query(struct vgpu_cc_call *call, const char *what, unsigned beyond,
                        LLVMValueRef *value_out)
{
    LLVMValueRef value = LLVMConstInt(call->module->i64, beyond, false), dimension;

    if (call->signature->num_parameters != 1)
        return false;
    dimension = call->arguments[0];
    if (LLVMIsAConstantInt(dimension)) {
        unsigned long long number = LLVMConstIntGetZExtValue(dimension);
        *value_out = number < 3 ? query(call, what, (unsigned)number) : value;
        return true;
    }
    for (unsigned i = 0; i < 3; i++) {
        LLVMValueRef is_this =
            LLVMBuildICmp(call->builder, LLVMIntEQ, dimension,
                          LLVMConstInt(call->module->i32, i, false), "");
        value = LLVMBuildSelect(call->builder, is_this, query(call, what, i), value, "");
    }
    *value_out = value;
    return true;
}

bool vgpu_cc_lower_id(struct vgpu_cc_call *call, const struct vgpu_cc_builtin *builtin,
                      LLVMValueRef *value_out)
{
    return lower_query(call, builtin->with, 0, value_out);
}

bool vgpu_cc_lower_size(struct vgpu_cc_call *call, const struct vgpu_cc_builtin *builtin,
                        LLVMValueRef *value_out)
{
    return lower_query(call, builtin->with, 1, value_out);
}

bool vgpu_cc_lower_work_dim(struct vgpu_cc_call *call,
                            const struct vgpu_cc_builtin *builtin,
                            LLVMValueRef *value_out)
{
    *value_out = vgpu_cc_call_pure(call, builtin->with, call->module->i32, NULL, 0);
    return call->signature->num_parameters == 0;
}

/* Ids as one number, dimension 0 fastest: global ids count from the offset, ids in a
 * group along the size of this group, which is smaller at an edge. */
bool vgpu_cc_lower_linear_id(struct vgpu_cc_call *call,
                             const struct vgpu_cc_builtin *builtin,
                             LLVMValueRef *value_out)
{
    bool is_global = builtin->number == 1;
    const char *size = is_global ? "global_size" : "local_size";
    LLVMValueRef value = NULL;

    for (unsigned i = 3; i-- > 0;) {
        LLVMValueRef id = query(call, builtin->with, i);
        if (is_global)
            id = LLVMBuildSub(call->builder, id, query(call, "global_offset", i), "");
        if (value)
            id = LLVMBuildAdd(
                call->builder,
                LLVMBuildMul(call->builder, value, query(call, size, i), ""), id, "");
        value = id;
    }
    *value_out = value;
    return call->signature->num_parameters == 0;
}
