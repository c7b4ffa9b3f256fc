/* SPDX-License-Identifier: MIT */
/* Built-in functions that work component by component: each component becomes a scalar
 * call, of an intrinsic, the C library or our library. */
#include "builtin.h"
#include "builtins.h"

#include <stdio.h>
#include <string.h>

bool vgpu_cc_call_lane_by_lane(struct vgpu_cc_call *call, vgpu_cc_lane_fn *lane,
                               const void *context, LLVMValueRef *value_out)
{
    const struct vgpu_cc_signature *signature = call->signature;
    unsigned lanes = vgpu_cc_call_lanes(call);
    LLVMValueRef result = NULL;

    for (unsigned i = 0; i < lanes; i++) {
        LLVMValueRef arguments[VGPU_CC_MAX_PARAMETERS], value;
        for (unsigned k = 0; k < signature->num_parameters; k++) {
            const struct vgpu_cc_type *type = &signature->parameters[k];
            arguments[k] =
                type->is_pointer
                    ? vgpu_cc_element(
                          call, vgpu_cc_scalar_type(call->module, type->scalar),
                          call->arguments[k], LLVMConstInt(call->module->i64, i, false))
                    : vgpu_cc_lane(call, call->arguments[k], i);
        }
        value = lane(call, arguments, context);
        if (!value)
            return false;
        result = vgpu_cc_set_lane(call, result, value, i, lanes);
    }
    *value_out = result;
    return true;
}

LLVMValueRef vgpu_cc_call_library(struct vgpu_cc_call *call, const char *name,
                                  const struct vgpu_cc_type *types,
                                  LLVMValueRef *arguments, unsigned num_arguments)
{
    struct vgpu_cc_signature signature = {.num_parameters = num_arguments};
    char mangled[160];
    LLVMValueRef function;

    snprintf(signature.name, sizeof(signature.name), "%s", name);
    for (unsigned i = 0; i < num_arguments; i++) {
        signature.parameters[i] = types[i];
        signature.parameters[i].lanes = 1;
        signature.parameters[i].space = VGPU_CC_PRIVATE; /* of pointers: all are alike */
    }
    if (!vgpu_cc_mangle(&signature, mangled, sizeof(mangled)))
        return NULL;
    function = vgpu_cc_library_function(call->library, mangled);
    if (!function)
        return NULL;
    return LLVMBuildCall2(call->builder, LLVMGlobalGetValueType(function), function,
                          arguments, num_arguments, "");
}

static LLVMValueRef library_lane(struct vgpu_cc_call *call, LLVMValueRef *arguments,
                                 const void *context)
{
    return vgpu_cc_call_library(call, context, call->signature->parameters, arguments,
                                call->signature->num_parameters);
}

/* Rows name the function only where it is not called as the built-in function is. */
bool vgpu_cc_lower_library(struct vgpu_cc_call *call,
                           const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    const char *name = builtin && builtin->with ? builtin->with : call->signature->name;

    return vgpu_cc_call_lane_by_lane(call, library_lane, name, value_out);
}

static LLVMValueRef intrinsic_lane(struct vgpu_cc_call *call, LLVMValueRef *arguments,
                                   const void *context)
{
    return vgpu_cc_call_intrinsic(call, context, LLVMTypeOf(arguments[0]), arguments,
                                  call->signature->num_parameters);
}

/* All parameters have the same scalar type. */
static bool is_uniform(const struct vgpu_cc_signature *signature, unsigned num_parameters)
{
    if (signature->num_parameters != num_parameters)
        return false;
    for (unsigned i = 0; i < num_parameters; i++)
        if (signature->parameters[i].is_pointer ||
            signature->parameters[i].scalar != signature->parameters[0].scalar)
            return false;
    return true;
}

bool vgpu_cc_lower_intrinsic(struct vgpu_cc_call *call,
                             const struct vgpu_cc_builtin *builtin,
                             LLVMValueRef *value_out)
{
    if (!is_uniform(call->signature, builtin->number))
        return false;
    return vgpu_cc_call_lane_by_lane(call, intrinsic_lane, builtin->with, value_out);
}

/* A row of the C library: `expf` for floats, `exp` for doubles. */
struct c_function {
    const char *name;
    bool is_relaxed;
};

static LLVMValueRef c_function_lane(struct vgpu_cc_call *call, LLVMValueRef *arguments,
                                    const void *context)
{
    const struct c_function *function = context;
    LLVMTypeRef type = LLVMTypeOf(arguments[0]);
    char name[32];
    LLVMValueRef value;

    snprintf(name, sizeof(name), "%s%s", function->name,
             type == call->module->f32 ? "f" : "");
    value =
        vgpu_cc_call_pure(call, name, type, arguments, call->signature->num_parameters);
    if (function->is_relaxed && type == call->module->f32)
        LLVMAddCallSiteAttribute(
            value, LLVMAttributeFunctionIndex,
            LLVMCreateStringAttribute(call->module->context, VGPU_CC_RELAXED,
                                      strlen(VGPU_CC_RELAXED), "", 0));
    return value;
}

static bool lower_to_c(struct vgpu_cc_call *call, const struct vgpu_cc_builtin *builtin,
                       bool is_relaxed, LLVMValueRef *value_out)
{
    struct c_function function = {builtin->with, is_relaxed};
    enum vgpu_cc_scalar scalar = call->signature->parameters[0].scalar;

    if (!is_uniform(call->signature, builtin->number) ||
        (scalar != VGPU_CC_FLOAT && scalar != VGPU_CC_DOUBLE))
        return false;
    return vgpu_cc_call_lane_by_lane(call, c_function_lane, &function, value_out);
}

bool vgpu_cc_lower_c_function(struct vgpu_cc_call *call,
                              const struct vgpu_cc_builtin *builtin,
                              LLVMValueRef *value_out)
{
    return lower_to_c(call, builtin, call->is_relaxed, value_out);
}

bool vgpu_cc_lower_accurate(struct vgpu_cc_call *call,
                            const struct vgpu_cc_builtin *builtin,
                            LLVMValueRef *value_out)
{
    return lower_to_c(call, builtin, false, value_out);
}

bool vgpu_cc_lower_relaxed(struct vgpu_cc_call *call,
                           const struct vgpu_cc_builtin *builtin, LLVMValueRef *value_out)
{
    return lower_to_c(call, builtin, true, value_out);
}

bool vgpu_cc_lower_relaxable(struct vgpu_cc_call *call,
                             const struct vgpu_cc_builtin *builtin,
                             LLVMValueRef *value_out)
{
    char name[40];
    struct vgpu_cc_builtin relaxed = {.with = name};

    if (!call->is_relaxed || call->signature->parameters[0].scalar != VGPU_CC_FLOAT)
        return vgpu_cc_lower_library(call, builtin, value_out);
    snprintf(name, sizeof(name), "relaxed_%s", builtin->with);
    return vgpu_cc_lower_library(call, &relaxed, value_out);
}
