/* SPDX-License-Identifier: MIT */
/* Sub-groups: which one an item is in, and what its items do together.
 * [OpenCL C 3.0, 6.15.19; cl_khr_subgroup_*] */
#include "sub_group.h"

#include <stdio.h>
#include <string.h>

#include "collective.h"

/* ---- places and sizes */

static LLVMValueRef number(struct vgpu_cc_call *call, unsigned value)
{
    return LLVMConstInt(call->module->i32, value, false);
}

static LLVMValueRef place(struct vgpu_cc_call *call, const char *pseudo)
{
    return vgpu_cc_call_pure(call, pseudo, call->module->i32, NULL, 0);
}

LLVMValueRef vgpu_cc_sub_group_whole(struct vgpu_cc_call *call)
{
    return place(call, VGPU_CC_SUB_GROUP_WHOLE);
}

LLVMValueRef vgpu_cc_sub_group_own_number(struct vgpu_cc_call *call)
{
    return place(call, "vgpu.sub_group_local_id");
}

/* Items of the group: "local_size", or "enqueued_local_size" of those that are whole. */
static LLVMValueRef items(struct vgpu_cc_call *call, const char *size)
{
    LLVMValueRef product = NULL;

    for (unsigned d = 0; d < 3; d++) {
        char name[64];
        LLVMValueRef factor;

        snprintf(name, sizeof name, "vgpu.%s.%u", size, d);
        factor = vgpu_cc_call_pure(call, name, call->module->i64, NULL, 0);
        product = product ? LLVMBuildMul(call->builder, product, factor, "") : factor;
    }
    return LLVMBuildTrunc(call->builder, product, call->module->i32, "");
}

static LLVMValueRef at_most_whole(struct vgpu_cc_call *call, LLVMValueRef size)
{
    LLVMValueRef whole = vgpu_cc_sub_group_whole(call);
    LLVMValueRef is_less = LLVMBuildICmp(call->builder, LLVMIntULT, size, whole, "");

    return LLVMBuildSelect(call->builder, is_less, size, whole, "");
}

bool vgpu_cc_lower_sub_group_place(struct vgpu_cc_call *call,
                                   const struct vgpu_cc_builtin *builtin,
                                   LLVMValueRef *value_out)
{
    *value_out = place(call, builtin->with);
    return call->signature->num_parameters == 0;
}

bool vgpu_cc_lower_sub_group_size(struct vgpu_cc_call *call,
                                  const struct vgpu_cc_builtin *builtin,
                                  LLVMValueRef *value_out)
{
    LLVMValueRef before = LLVMBuildMul(call->builder, place(call, "vgpu.sub_group_id"),
                                       vgpu_cc_sub_group_whole(call), "");

    (void)builtin;
    *value_out = at_most_whole(
        call, LLVMBuildSub(call->builder, items(call, "local_size"), before, ""));
    return call->signature->num_parameters == 0;
}

LLVMValueRef vgpu_cc_sub_group_most(struct vgpu_cc_call *call)
{
    return at_most_whole(call, items(call, "enqueued_local_size"));
}

bool vgpu_cc_lower_max_sub_group_size(struct vgpu_cc_call *call,
                                      const struct vgpu_cc_builtin *builtin,
                                      LLVMValueRef *value_out)
{
    (void)builtin;
    *value_out = vgpu_cc_sub_group_most(call);
    return call->signature->num_parameters == 0;
}

static LLVMValueRef sub_groups_of(struct vgpu_cc_call *call, const char *size)
{
    LLVMValueRef whole = vgpu_cc_sub_group_whole(call);
    LLVMValueRef sum = LLVMBuildAdd(call->builder, items(call, size), whole, "");

    sum = LLVMBuildSub(call->builder, sum, number(call, 1), "");
    return LLVMBuildUDiv(call->builder, sum, whole, "");
}

LLVMValueRef vgpu_cc_num_sub_groups(struct vgpu_cc_call *call)
{
    return sub_groups_of(call, "local_size");
}

bool vgpu_cc_lower_num_sub_groups(struct vgpu_cc_call *call,
                                  const struct vgpu_cc_builtin *builtin,
                                  LLVMValueRef *value_out)
{
    *value_out = sub_groups_of(call, builtin->with);
    return call->signature->num_parameters == 0;
}

/* ---- together */

static void mark(struct vgpu_cc_call *call, LLVMValueRef function, const char *name,
                 uint64_t value)
{
    const unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

    if (kind != 0)
        LLVMAddAttributeAtIndex(
            function, LLVMAttributeFunctionIndex,
            LLVMCreateEnumAttribute(call->module->context, kind, value));
}

/* Which items meet there depends on where it stands: it is as if it wrote to memory that
 * nobody else sees, so that no two become one. */
static LLVMValueRef collective(struct vgpu_cc_call *call, const char *what,
                               LLVMTypeRef result, LLVMValueRef *arguments,
                               unsigned num_arguments)
{
    const uint64_t inaccessible_memory = 3 << 2; /* as LLVM writes it: read and written */
    char name[96];
    LLVMValueRef value, function;

    if (LLVMGetTypeKind(result) == LLVMIntegerTypeKind)
        snprintf(name, sizeof name, "vgpu.sub_group.%s.i%u", what,
                 LLVMGetIntTypeWidth(result));
    else
        snprintf(name, sizeof name, "vgpu.sub_group.%s.f%u", what,
                 result == call->module->f32 ? 32 : 64);
    value = vgpu_cc_call_named(call, name, result, arguments, num_arguments);
    function = LLVMGetCalledValue(value);
    mark(call, function, "convergent", 0);
    mark(call, function, "nounwind", 0);
    mark(call, function, "willreturn", 0);
    if (LLVMGetEnumAttributeKindForName("memory", 6) != 0)
        mark(call, function, "memory", inaccessible_memory);
    else
        mark(call, function, "inaccessiblememonly", 0);
    return value;
}

LLVMValueRef vgpu_cc_sub_group_ballot(struct vgpu_cc_call *call, LLVMValueRef is_set)
{
    return collective(call, "ballot", call->module->i32, &is_set, 1);
}

LLVMValueRef vgpu_cc_is_not_0(struct vgpu_cc_call *call, LLVMValueRef value)
{
    return LLVMBuildICmp(call->builder, LLVMIntNE, value,
                         LLVMConstNull(LLVMTypeOf(value)), "");
}

/* What OpenCL C calls true: 1. */
LLVMValueRef vgpu_cc_truth(struct vgpu_cc_call *call, LLVMValueRef is_true)
{
    return LLVMBuildZExt(call->builder, is_true, call->module->i32, "");
}

static bool takes_int(const struct vgpu_cc_call *call)
{
    return call->signature->num_parameters == 1 &&
           call->signature->parameters[0].scalar == VGPU_CC_INT &&
           call->signature->parameters[0].lanes == 1 &&
           !call->signature->parameters[0].is_pointer;
}

bool vgpu_cc_lower_sub_group_any(struct vgpu_cc_call *call,
                                 const struct vgpu_cc_builtin *builtin,
                                 LLVMValueRef *value_out)
{
    (void)builtin;
    if (!takes_int(call))
        return false;
    *value_out = vgpu_cc_truth(
        call,
        vgpu_cc_is_not_0(call, vgpu_cc_sub_group_ballot(
                                   call, vgpu_cc_is_not_0(call, call->arguments[0]))));
    return true;
}

bool vgpu_cc_lower_sub_group_all(struct vgpu_cc_call *call,
                                 const struct vgpu_cc_builtin *builtin,
                                 LLVMValueRef *value_out)
{
    LLVMValueRef fails;

    (void)builtin;
    if (!takes_int(call))
        return false;
    fails = LLVMBuildNot(call->builder, vgpu_cc_is_not_0(call, call->arguments[0]), "");
    *value_out = vgpu_cc_truth(
        call,
        LLVMBuildNot(call->builder,
                     vgpu_cc_is_not_0(call, vgpu_cc_sub_group_ballot(call, fails)), ""));
    return true;
}

/* Of every type that is not too wide; what others would be is not declared. */
static bool is_exchangeable(const struct vgpu_cc_type *type)
{
    const unsigned bits = type->is_pointer ? 0 : vgpu_cc_scalar_bits(type->scalar);

    return bits >= 8 && !(vgpu_cc_is_float(type->scalar) && bits < 32);
}

/* Component by component. */
LLVMValueRef vgpu_cc_sub_group_take(struct vgpu_cc_call *call, const char *what,
                                    LLVMValueRef item)
{
    LLVMValueRef value = call->arguments[0], result = NULL;
    const unsigned lanes = call->signature->parameters[0].lanes;

    if (!is_exchangeable(&call->signature->parameters[0]))
        return NULL;
    for (unsigned i = 0; i < lanes; i++) {
        LLVMValueRef arguments[] = {vgpu_cc_lane(call, value, i), item}, taken;

        taken = collective(call, what, LLVMTypeOf(arguments[0]), arguments, 2);
        result = lanes == 1 ? taken : vgpu_cc_set_lane(call, result, taken, i, lanes);
    }
    return result;
}

bool vgpu_cc_lower_sub_group_broadcast(struct vgpu_cc_call *call,
                                       const struct vgpu_cc_builtin *builtin,
                                       LLVMValueRef *value_out)
{
    (void)builtin;
    if (call->signature->num_parameters != 2)
        return false;
    *value_out = vgpu_cc_sub_group_take(call, "broadcast", call->arguments[1]);
    return *value_out != NULL;
}

/* Whose value it is: the second argument says, `builtin->with` how. */
static LLVMValueRef source_of(struct vgpu_cc_call *call, const char *how)
{
    LLVMValueRef by = call->arguments[1], own = vgpu_cc_sub_group_own_number(call);

    if (strcmp(how, "xor") == 0)
        return LLVMBuildXor(call->builder, own, by, "");
    if (strcmp(how, "up") == 0)
        return LLVMBuildSub(call->builder, own, by, "");
    if (strcmp(how, "down") == 0)
        return LLVMBuildAdd(call->builder, own, by, "");
    return by;
}

bool vgpu_cc_lower_sub_group_shuffle(struct vgpu_cc_call *call,
                                     const struct vgpu_cc_builtin *builtin,
                                     LLVMValueRef *value_out)
{
    if (call->signature->num_parameters != 2)
        return false;
    *value_out = vgpu_cc_sub_group_take(call, "shuffle", source_of(call, builtin->with));
    return *value_out != NULL;
}

/* ---- reductions and scans */

/* By the last word of their names. Logical ones are of 0 and 1. */
static const struct {
    const char *name, *of_signed, *of_unsigned, *of_float; /* NULL: there is none */
    bool is_logical;
} combinations[] = {
    {"add", "add", "add", "fadd", false},   {"mul", "mul", "mul", "fmul", false},
    {"min", "smin", "umin", "fmin", false}, {"max", "smax", "umax", "fmax", false},
    {"and", "and", "and", NULL, false},     {"or", "or", "or", NULL, false},
    {"xor", "xor", "xor", NULL, false},     {"logical_and", "mul", "mul", NULL, true},
    {"logical_or", "or", "or", NULL, true}, {"logical_xor", "xor", "xor", NULL, true},
};

static bool combine(struct vgpu_cc_call *call, const char *kind, const char *name,
                    LLVMValueRef *value_out)
{
    const enum vgpu_cc_scalar scalar = call->signature->parameters[0].scalar;
    LLVMValueRef value = call->arguments[0];
    size_t row = 0;
    const char *how;
    char what[64];

    while (strcmp(combinations[row].name, name) != 0)
        if (++row == sizeof combinations / sizeof *combinations)
            return false;
    how = vgpu_cc_is_float(scalar)    ? combinations[row].of_float
          : vgpu_cc_is_signed(scalar) ? combinations[row].of_signed
                                      : combinations[row].of_unsigned;
    if (!how)
        return false;
    if (combinations[row].is_logical)
        value = vgpu_cc_truth(call, vgpu_cc_is_not_0(call, value));
    snprintf(what, sizeof what, "%s.%s", kind, how);
    *value_out = collective(call, what, LLVMTypeOf(value), &value, 1);
    return true;
}

LLVMValueRef vgpu_cc_sub_group_combined(struct vgpu_cc_call *call, const char *name)
{
    static const char *const kinds[][2] = {{"reduce_", "reduce"},
                                           {"scan_inclusive_", "inclusive"},
                                           {"scan_exclusive_", "exclusive"}};
    LLVMValueRef value = NULL;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(name, kinds[i][0], strlen(kinds[i][0])) == 0 &&
            combine(call, kinds[i][1], name + strlen(kinds[i][0]), &value))
            return value;
    return NULL;
}

bool vgpu_cc_lower_sub_group_arithmetic(struct vgpu_cc_call *call,
                                        const struct vgpu_cc_builtin *builtin,
                                        LLVMValueRef *value_out)
{
    if (call->signature->num_parameters != 1 ||
        call->signature->parameters[0].lanes != 1 ||
        !is_exchangeable(&call->signature->parameters[0]))
        return false;
    *value_out =
        vgpu_cc_sub_group_combined(call, call->signature->name + strlen(builtin->name));
    return *value_out != NULL;
}
