/* SPDX-License-Identifier: MIT */
/* Types, values and calls, as the lowering of built-in functions makes them. */
#include "builtin.h"

#include <string.h>

LLVMTypeRef vgpu_cc_scalar_type(struct vgpu_cc_module *module, enum vgpu_cc_scalar scalar)
{
    switch (scalar) {
    case VGPU_CC_VOID:
        return module->void_type;
    case VGPU_CC_HALF:
        return LLVMHalfTypeInContext(module->context);
    case VGPU_CC_FLOAT:
        return module->f32;
    case VGPU_CC_DOUBLE:
        return module->f64;
    case VGPU_CC_OTHER:
        return module->ptr;
    default:
        return LLVMIntTypeInContext(module->context, vgpu_cc_scalar_bits(scalar));
    }
}

LLVMTypeRef vgpu_cc_lanes_type(LLVMTypeRef scalar, unsigned lanes)
{
    return lanes == 1 ? scalar : LLVMVectorType(scalar, lanes);
}

LLVMTypeRef vgpu_cc_type_of(struct vgpu_cc_module *module,
                            const struct vgpu_cc_type *type)
{
    if (type->is_pointer)
        return module->ptr;
    return vgpu_cc_lanes_type(vgpu_cc_scalar_type(module, type->scalar), type->lanes);
}

unsigned vgpu_cc_lanes_of(LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);

    return LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetVectorSize(type) : 1;
}

unsigned vgpu_cc_call_lanes(const struct vgpu_cc_call *call)
{
    unsigned lanes = 1;

    for (unsigned i = 0; i < call->signature->num_parameters; i++) {
        const struct vgpu_cc_type *type = &call->signature->parameters[i];
        if (!type->is_pointer && type->lanes > lanes)
            lanes = type->lanes;
    }
    return lanes;
}

LLVMValueRef vgpu_cc_lane(struct vgpu_cc_call *call, LLVMValueRef value, unsigned lane)
{
    if (LLVMGetTypeKind(LLVMTypeOf(value)) != LLVMVectorTypeKind)
        return value;
    return LLVMBuildExtractElement(call->builder, value,
                                   LLVMConstInt(call->module->i32, lane, false), "");
}

LLVMValueRef vgpu_cc_set_lane(struct vgpu_cc_call *call, LLVMValueRef vector,
                              LLVMValueRef value, unsigned lane, unsigned lanes)
{
    if (lanes == 1)
        return value;
    if (!vector)
        vector = LLVMGetPoison(LLVMVectorType(LLVMTypeOf(value), lanes));
    return LLVMBuildInsertElement(call->builder, vector, value,
                                  LLVMConstInt(call->module->i32, lane, false), "");
}

LLVMValueRef vgpu_cc_splat(struct vgpu_cc_call *call, LLVMValueRef value, unsigned lanes)
{
    LLVMValueRef vector = NULL;

    if (vgpu_cc_lanes_of(value) == lanes)
        return value;
    for (unsigned i = 0; i < lanes; i++)
        vector = vgpu_cc_set_lane(call, vector, value, i, lanes);
    return vector;
}

static LLVMValueRef constant_of(LLVMTypeRef type, LLVMValueRef scalar)
{
    LLVMValueRef lanes[64];
    unsigned count;

    if (LLVMGetTypeKind(type) != LLVMVectorTypeKind)
        return scalar;
    count = LLVMGetVectorSize(type);
    for (unsigned i = 0; i < count; i++)
        lanes[i] = scalar;
    return LLVMConstVector(lanes, count);
}

static LLVMTypeRef scalar_of(LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetElementType(type) : type;
}

LLVMValueRef vgpu_cc_constant(LLVMTypeRef type, long long value)
{
    return constant_of(type,
                       LLVMConstInt(scalar_of(type), (unsigned long long)value, true));
}

LLVMValueRef vgpu_cc_real(LLVMTypeRef type, double value)
{
    return constant_of(type, LLVMConstReal(scalar_of(type), value));
}

LLVMValueRef vgpu_cc_element(struct vgpu_cc_call *call, LLVMTypeRef type,
                             LLVMValueRef pointer, LLVMValueRef index)
{
    return LLVMBuildGEP2(call->builder, type, pointer, &index, 1, "");
}

static LLVMValueRef declare(struct vgpu_cc_module *module, const char *name,
                            LLVMTypeRef type)
{
    LLVMValueRef function = LLVMGetNamedFunction(module->module, name);

    return function ? function : LLVMAddFunction(module->module, name, type);
}

static LLVMTypeRef function_type(LLVMTypeRef result, LLVMValueRef *arguments,
                                 unsigned num_arguments)
{
    LLVMTypeRef types[VGPU_CC_MAX_PARAMETERS];

    for (unsigned i = 0; i < num_arguments; i++)
        types[i] = LLVMTypeOf(arguments[i]);
    return LLVMFunctionType(result, types, num_arguments, false);
}

LLVMValueRef vgpu_cc_call_named(struct vgpu_cc_call *call, const char *name,
                                LLVMTypeRef result, LLVMValueRef *arguments,
                                unsigned num_arguments)
{
    LLVMTypeRef type = function_type(result, arguments, num_arguments);

    return LLVMBuildCall2(call->builder, type, declare(call->module, name, type),
                          arguments, num_arguments, "");
}

/* `memory(none)` where it is known, `readnone` before LLVM 16. */
static LLVMAttributeRef no_memory(LLVMContextRef context)
{
    unsigned kind = LLVMGetEnumAttributeKindForName("memory", 6);

    if (kind == 0)
        kind = LLVMGetEnumAttributeKindForName("readnone", 8);
    return LLVMCreateEnumAttribute(context, kind, 0);
}

static void add_attributes(LLVMContextRef context, LLVMValueRef function,
                           const char *const *names)
{
    for (; *names; names++) {
        unsigned kind = LLVMGetEnumAttributeKindForName(*names, strlen(*names));
        LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                                LLVMCreateEnumAttribute(context, kind, 0));
    }
}

LLVMValueRef vgpu_cc_call_pure(struct vgpu_cc_call *call, const char *name,
                               LLVMTypeRef result, LLVMValueRef *arguments,
                               unsigned num_arguments)
{
    static const char *const names[] = {"nounwind", "willreturn", "speculatable", NULL};
    struct vgpu_cc_module *module = call->module;

    if (!LLVMGetNamedFunction(module->module, name)) {
        LLVMValueRef function =
            declare(module, name, function_type(result, arguments, num_arguments));
        LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                                no_memory(module->context));
        add_attributes(module->context, function, names);
    }
    return vgpu_cc_call_named(call, name, result, arguments, num_arguments);
}

LLVMValueRef vgpu_cc_call_intrinsic(struct vgpu_cc_call *call, const char *name,
                                    LLVMTypeRef type, LLVMValueRef *arguments,
                                    unsigned num_arguments)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    size_t num_types = type ? 1 : 0;

    return LLVMBuildCall2(
        call->builder, LLVMIntrinsicGetType(call->module->context, id, &type, num_types),
        LLVMGetIntrinsicDeclaration(call->module->module, id, &type, num_types),
        arguments, num_arguments, "");
}
