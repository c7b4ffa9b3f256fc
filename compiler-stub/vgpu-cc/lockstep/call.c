/* SPDX-License-Identifier: MIT */
/* Calls: LLVM's intrinsics that work element by element, functions of the C library by
 * their vector variants, and all others item by item. */
#include "lockstep/row.h"

#include "builtin/builtins.h"
#include "builtin/vector_math.h"
#include "lockstep/flag.h"

#include <stdio.h>
#include <string.h>

/* Intrinsics of which a vector's element is what a scalar's would be. */
struct elementwise {
    const char *name;
    unsigned scalar_args; /* bit i: argument i stays a scalar (a constant or a power) */
};

static const struct elementwise elementwise[] = {
#define ELEMENTWISE(name, scalar_args) {"llvm." name, scalar_args},
#include "lockstep/elementwise.def"
};

/* By the name without its types: "llvm.fma" of "llvm.fma.f32". */
static const struct elementwise *find_elementwise(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof elementwise / sizeof *elementwise; i++) {
        const size_t base = strlen(elementwise[i].name);

        if (length > base && name[base] == '.' &&
            memcmp(name, elementwise[i].name, base) == 0 &&
            strspn(name + base + 1, "vifp0123456789.") == length - base - 1)
            return &elementwise[i];
    }
    return NULL;
}

/* The intrinsic's overloads as its name lists them: of the result, then of arguments that
 * differ from it, each made a vector. */
static unsigned list_overloads(struct vgpu_cc_row *row, LLVMValueRef call,
                               const struct elementwise *intrinsic,
                               LLVMTypeRef *overloads)
{
    LLVMTypeRef result = vgpu_cc_component_type(LLVMTypeOf(call), 0);
    LLVMTypeRef argument = vgpu_cc_component_type(LLVMTypeOf(LLVMGetOperand(call, 0)), 0);
    size_t length, types = 0;
    const char *name = LLVMGetValueName2(LLVMGetCalledValue(call), &length);

    for (const char *c = name + strlen(intrinsic->name); *c; c++)
        types += *c == '.';
    overloads[0] = vgpu_cc_vector(row, result);
    if (types < 2) {
        if (strcmp(intrinsic->name, "llvm.is.fpclass") == 0)
            overloads[0] = vgpu_cc_vector(row, argument);
        return 1;
    }
    overloads[1] = (intrinsic->scalar_args & 2u) ? LLVMTypeOf(LLVMGetOperand(call, 1))
                                                 : vgpu_cc_vector(row, argument);
    return 2;
}

static LLVMValueRef elementwise_part(struct vgpu_cc_row *row, LLVMValueRef call,
                                     const struct elementwise *intrinsic,
                                     unsigned component)
{
    const unsigned count = LLVMGetNumArgOperands(call);
    LLVMTypeRef overloads[2];
    const unsigned num_overloads = list_overloads(row, call, intrinsic, overloads);
    LLVMValueRef args[4];

    for (unsigned i = 0; i < count && i < 4; i++) {
        LLVMValueRef argument = LLVMGetOperand(call, i);

        if (intrinsic->scalar_args & (1u << i))
            args[i] = vgpu_cc_scalar(row, argument);
        else
            args[i] = vgpu_cc_part(
                row, argument,
                vgpu_cc_components(LLVMTypeOf(argument)) == 1 ? 0 : component);
    }
    return vgpu_cc_intrinsic(row, intrinsic->name, overloads, num_overloads, args, count);
}

/* Arguments that must be scalars but vary, and results of several members. */
static bool suits(struct vgpu_cc_row *row, LLVMValueRef call,
                  const struct elementwise *intrinsic)
{
    for (unsigned i = 0; i < LLVMGetNumArgOperands(call); i++)
        if ((intrinsic->scalar_args & (1u << i)) &&
            !vgpu_cc_is_uniform(&row->shapes, LLVMGetOperand(call, i)))
            return false;
    return LLVMGetTypeKind(LLVMTypeOf(call)) != LLVMStructTypeKind &&
           LLVMGetNumArgOperands(call) <= 4;
}

/* Overflow intrinsics return a vector and a flag for each element. */
static bool emit_overflow(struct vgpu_cc_row *row, LLVMValueRef call, const char *name)
{
    const char *const end = strstr(name, ".with.overflow.");
    LLVMTypeRef type, overload;
    LLVMValueRef args[2], both, *parts;
    char base[64];

    if (!end ||
        LLVMGetTypeKind(LLVMTypeOf(LLVMGetOperand(call, 0))) != LLVMIntegerTypeKind)
        return false;
    type = LLVMTypeOf(LLVMGetOperand(call, 0));
    overload = vgpu_cc_vector(row, type);
    snprintf(base, sizeof base, "%.*s", (int)(end - name) + 14, name);
    args[0] = vgpu_cc_part(row, LLVMGetOperand(call, 0), 0);
    args[1] = vgpu_cc_part(row, LLVMGetOperand(call, 1), 0);
    both = vgpu_cc_intrinsic(row, base, &overload, 1, args, 2);
    parts = vgpu_cc_parts(row, call);
    parts[0] = LLVMBuildExtractValue(row->at, both, 0, "");
    parts[1] = LLVMBuildExtractValue(row->at, both, 1, "");
    vgpu_cc_define(row, call, NULL, parts);
    return true;
}

static bool emit_elementwise(struct vgpu_cc_row *row, LLVMValueRef call, const char *name,
                             size_t length)
{
    const struct elementwise *const intrinsic = find_elementwise(name, length);
    LLVMValueRef *parts;

    if (!intrinsic || !suits(row, call, intrinsic))
        return false;
    parts = vgpu_cc_parts(row, call);
    for (unsigned i = 0; i < vgpu_cc_components(LLVMTypeOf(call)); i++) {
        parts[i] = elementwise_part(row, call, intrinsic, i);
        vgpu_cc_copy_flags(call, parts[i]);
    }
    vgpu_cc_define(row, call, NULL, parts);
    return true;
}

/* ---- functions of the C library */

/* Intrinsics that are functions of the C library under another name. */
static const char *library_name(const char *name, char buffer[32])
{
    static const char *const names[] = {"exp",   "exp2", "exp10", "log", "log2",
                                        "log10", "sin",  "cos",   "tan", "pow"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const size_t length = strlen(names[i]);

        if (strncmp(name, "llvm.", 5) != 0 || strncmp(name + 5, names[i], length) != 0 ||
            name[5 + length] != '.')
            continue;
        if (strcmp(name + 6 + length, "f32") == 0)
            snprintf(buffer, 32, "%sf", names[i]);
        else if (strcmp(name + 6 + length, "f64") == 0)
            snprintf(buffer, 32, "%s", names[i]);
        else
            return name;
        return buffer;
    }
    return name;
}

/* The widest registers that vector functions take, in bits. */
static enum vgpu_cc_math_width math_width(const struct vgpu_cc_row *row,
                                          unsigned element_bits, unsigned *lanes_out)
{
    const unsigned bits = row->plan->has_avx512 ? 512 : row->plan->has_avx2 ? 256 : 128;

    *lanes_out = bits / element_bits;
    return bits == 512   ? VGPU_CC_MATH_512
           : bits == 256 ? VGPU_CC_MATH_256
                         : VGPU_CC_MATH_128;
}

/* Elements first .. first + count - 1; elements past the end are the last one again. */
static LLVMValueRef slice(struct vgpu_cc_row *row, LLVMValueRef vector, unsigned first,
                          unsigned count)
{
    LLVMValueRef indices[VGPU_CC_MAX_WIDTH];
    const unsigned length = LLVMGetVectorSize(LLVMTypeOf(vector));

    if (first == 0 && count == length)
        return vector;
    for (unsigned i = 0; i < count; i++)
        indices[i] = vgpu_cc_i32(row, first + i < length ? first + i : length - 1);
    return LLVMBuildShuffleVector(row->at, vector, LLVMGetPoison(LLVMTypeOf(vector)),
                                  LLVMConstVector(indices, count), "");
}

static LLVMValueRef declare(struct vgpu_cc_row *row, const char *name, LLVMTypeRef type)
{
    static const char *const attributes[] = {"nounwind", "willreturn", "nosync",
                                             "nofree"};
    LLVMValueRef function = LLVMGetNamedFunction(row->module->module, name);
    LLVMContextRef context = row->module->context;

    if (function)
        return function;
    function = LLVMAddFunction(row->module->module, name, type);
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        LLVMAddAttributeAtIndex(
            function, LLVMAttributeFunctionIndex,
            LLVMCreateEnumAttribute(context, vgpu_cc_attribute_kind(attributes[i]), 0));
    LLVMAddAttributeAtIndex(
        function, LLVMAttributeFunctionIndex,
        LLVMCreateEnumAttribute(
            context,
            vgpu_cc_attribute_kind(LLVM_VERSION_MAJOR >= 16 ? "memory" : "readnone"), 0));
    return function;
}

/* Puts slices of `lanes` elements together to a row. */
static LLVMValueRef join(struct vgpu_cc_row *row, LLVMValueRef *slices, unsigned count,
                         unsigned lanes)
{
    LLVMValueRef indices[VGPU_CC_MAX_WIDTH];

    if (lanes >= row->width)
        return slice(row, slices[0], 0, row->width);
    for (; count > 1; count /= 2, lanes *= 2)
        for (unsigned i = 0; i < count / 2; i++) {
            for (unsigned k = 0; k < 2 * lanes; k++)
                indices[k] = vgpu_cc_i32(row, k);
            slices[i] = LLVMBuildShuffleVector(row->at, slices[2 * i], slices[2 * i + 1],
                                               LLVMConstVector(indices, 2 * lanes), "");
        }
    return slices[0];
}

static bool emit_math(struct vgpu_cc_row *row, LLVMValueRef call, const char *name)
{
    LLVMTypeRef element = LLVMTypeOf(call), type, parameters[3];
    const unsigned num_args = LLVMGetNumArgOperands(call);
    const bool is_relaxed =
        LLVMGetCallSiteStringAttribute(call, LLVMAttributeFunctionIndex, VGPU_CC_RELAXED,
                                       strlen(VGPU_CC_RELAXED)) != NULL;
    LLVMValueRef parts[3], args[3], slices[VGPU_CC_MAX_WIDTH], *result;
    const char *variant;
    char buffer[32];
    unsigned lanes;
    enum vgpu_cc_math_width width;

    if ((element != row->module->f32 && element != row->module->f64) || num_args > 3)
        return false;
    width = math_width(row, element == row->module->f32 ? 32 : 64, &lanes);
    variant = vgpu_cc_vector_math(library_name(name, buffer), width, is_relaxed);
    if (!variant)
        return false;
    type = LLVMVectorType(element, lanes);
    for (unsigned i = 0; i < num_args; i++) {
        parameters[i] = type;
        parts[i] = vgpu_cc_part(row, LLVMGetOperand(call, i), 0);
    }
    type = LLVMFunctionType(type, parameters, num_args, 0);
    for (unsigned s = 0; s == 0 || s * lanes < row->width; s++) {
        for (unsigned i = 0; i < num_args; i++)
            args[i] = slice(row, parts[i], s * lanes, lanes);
        slices[s] = LLVMBuildCall2(row->at, type, declare(row, variant, type), args,
                                   num_args, "");
    }
    result = vgpu_cc_parts(row, call);
    result[0] = join(row, slices, row->width / lanes, lanes);
    vgpu_cc_define(row, call, NULL, result);
    return true;
}

/* ---- the others */

static bool is_dropped(const char *name)
{
    static const char *const prefixes[] = {"llvm.dbg.",
                                           "llvm.lifetime.",
                                           "llvm.assume",
                                           "llvm.invariant.",
                                           "llvm.experimental.noalias.scope.decl",
                                           "llvm.donothing",
                                           "llvm.var.annotation"};

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static void emit_pseudo(struct vgpu_cc_row *row, LLVMValueRef call,
                        enum vgpu_cc_pseudo pseudo)
{
    if (pseudo == VGPU_CC_BARRIER)
        vgpu_cc_emit_barrier(row, call);
    else if (pseudo == VGPU_CC_SUB_GROUP)
        vgpu_cc_emit_sub_group(row, call);
    else if (pseudo == VGPU_CC_SUB_GROUP_BARRIER)
        vgpu_cc_emit_sub_group_barrier(row, call);
    else if (pseudo == VGPU_CC_PRINTF && row->width == 1)
        vgpu_cc_define(row, call, vgpu_cc_emit_scalar(row, call), NULL);
    else if (pseudo == VGPU_CC_PRINTF)
        vgpu_cc_emit_serial(row, call);
    /* Others are known from where the row begins. */
}

void vgpu_cc_emit_call(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const enum vgpu_cc_pseudo pseudo = vgpu_cc_pseudo_of(instruction, NULL);
    LLVMValueRef callee = LLVMGetCalledValue(instruction);
    size_t length;
    const char *name;

    if (pseudo != VGPU_CC_NOT_PSEUDO) {
        emit_pseudo(row, instruction, pseudo);
        return;
    }
    name = LLVMIsAFunction(callee) ? LLVMGetValueName2(callee, &length) : NULL;
    if (!name) {
        vgpu_cc_refuse(row, "it calls through a pointer");
        return;
    }
    if (is_dropped(name) || vgpu_cc_emit_traced(row, instruction))
        return;
    if (!LLVMIsDeclaration(callee)) {
        vgpu_cc_refuse(row, "it calls functions that are too large to become part of it");
        return;
    }
    if (vgpu_cc_is_uniform(&row->shapes, instruction))
        vgpu_cc_define(row, instruction, vgpu_cc_emit_scalar(row, instruction), NULL);
    else if (!emit_elementwise(row, instruction, name, length) &&
             !emit_overflow(row, instruction, name) && !emit_math(row, instruction, name))
        vgpu_cc_emit_serial(row, instruction);
}
