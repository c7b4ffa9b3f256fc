/* SPDX-License-Identifier: MIT */
/* What work-items compute together, on vectors. */
#include "collective.h"

#include <math.h>
#include <string.h>

#include "context.h"

static const char *const kinds[] = {
    [VGPU_CC_BALLOT] = "ballot",       [VGPU_CC_BROADCAST] = "broadcast",
    [VGPU_CC_SHUFFLE] = "shuffle",     [VGPU_CC_REDUCE] = "reduce",
    [VGPU_CC_INCLUSIVE] = "inclusive", [VGPU_CC_EXCLUSIVE] = "exclusive",
};

enum neutral { ZERO, ONE, ALL_BITS, TOP_BIT, ALL_BUT_TOP, REAL };

static const struct combination {
    const char *name;
    LLVMOpcode opcode;     /* of two vectors; 0: the intrinsic */
    const char *intrinsic; /* of LLVM, of two vectors, or NULL */
    const char *reduce;    /* of LLVM, over a vector, or NULL: in pairs */
    enum neutral neutral;  /* what an item that is not there gives */
    double real;
} combinations[] = {
    [VGPU_CC_ADD] = {"add", LLVMAdd, NULL, "llvm.vector.reduce.add", ZERO, 0},
    [VGPU_CC_MUL] = {"mul", LLVMMul, NULL, "llvm.vector.reduce.mul", ONE, 0},
    [VGPU_CC_AND] = {"and", LLVMAnd, NULL, "llvm.vector.reduce.and", ALL_BITS, 0},
    [VGPU_CC_OR] = {"or", LLVMOr, NULL, "llvm.vector.reduce.or", ZERO, 0},
    [VGPU_CC_XOR] = {"xor", LLVMXor, NULL, "llvm.vector.reduce.xor", ZERO, 0},
    [VGPU_CC_SMIN] = {"smin", 0, "llvm.smin", "llvm.vector.reduce.smin", ALL_BUT_TOP, 0},
    [VGPU_CC_SMAX] = {"smax", 0, "llvm.smax", "llvm.vector.reduce.smax", TOP_BIT, 0},
    [VGPU_CC_UMIN] = {"umin", 0, "llvm.umin", "llvm.vector.reduce.umin", ALL_BITS, 0},
    [VGPU_CC_UMAX] = {"umax", 0, "llvm.umax", "llvm.vector.reduce.umax", ZERO, 0},
    [VGPU_CC_FADD] = {"fadd", LLVMFAdd, NULL, NULL, REAL, 0},
    [VGPU_CC_FMUL] = {"fmul", LLVMFMul, NULL, NULL, REAL, 1},
    [VGPU_CC_FMIN] = {"fmin", 0, "llvm.minnum", NULL, REAL, INFINITY},
    [VGPU_CC_FMAX] = {"fmax", 0, "llvm.maxnum", NULL, REAL, -INFINITY},
};

bool vgpu_cc_is_of_sub_groups(LLVMValueRef function)
{
    static const char prefix[] = "vgpu.sub_group";
    size_t length;

    return strncmp(LLVMGetValueName2(function, &length), prefix, sizeof prefix - 1) == 0;
}

/* A word of a name, which ends at a full stop. */
static bool is_word(const char *at, const char *word)
{
    const size_t length = strlen(word);

    return strncmp(at, word, length) == 0 && (at[length] == '.' || at[length] == '\0');
}

bool vgpu_cc_collective_of(LLVMValueRef instruction,
                           struct vgpu_cc_collective *collective_out)
{
    static const char prefix[] = "vgpu.sub_group.";
    LLVMValueRef callee = vgpu_cc_called(instruction);
    size_t length, kind = 0, combination = 0;
    const char *name = callee ? LLVMGetValueName2(callee, &length) : "";

    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return false;
    name += sizeof prefix - 1;
    while (!is_word(name, kinds[kind]))
        if (++kind == sizeof kinds / sizeof *kinds)
            return false;
    collective_out->kind = (enum vgpu_cc_collective_kind)kind;
    if (kind < VGPU_CC_REDUCE)
        return true;
    name += strlen(kinds[kind]) + 1;
    while (!is_word(name, combinations[combination].name))
        if (++combination == sizeof combinations / sizeof *combinations)
            return false;
    collective_out->combination = (enum vgpu_cc_combination)combination;
    return true;
}

bool vgpu_cc_is_common(enum vgpu_cc_collective_kind kind)
{
    return kind == VGPU_CC_BALLOT || kind == VGPU_CC_BROADCAST || kind == VGPU_CC_REDUCE;
}

static LLVMValueRef call(const struct vgpu_cc_lanes *lanes, const char *name,
                         LLVMValueRef *args, unsigned num_args)
{
    const unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMTypeRef type = LLVMTypeOf(args[0]);

    return LLVMBuildCall2(
        lanes->at, LLVMIntrinsicGetType(lanes->module->context, id, &type, 1),
        LLVMGetIntrinsicDeclaration(lanes->module->module, id, &type, 1), args, num_args,
        "");
}

static LLVMValueRef i32(const struct vgpu_cc_lanes *lanes, unsigned value)
{
    return LLVMConstInt(lanes->module->i32, value, 0);
}

static LLVMValueRef neutral(const struct combination *combination, LLVMTypeRef type)
{
    const uint64_t top =
        combination->neutral == REAL ? 0 : UINT64_C(1) << (LLVMGetIntTypeWidth(type) - 1);

    switch (combination->neutral) {
    case ONE:
        return LLVMConstInt(type, 1, 0);
    case ALL_BITS:
        return LLVMConstAllOnes(type);
    case TOP_BIT:
        return LLVMConstInt(type, top, 0);
    case ALL_BUT_TOP:
        return LLVMConstInt(type, top - 1, 0);
    case REAL:
        return LLVMConstReal(type, combination->real);
    default:
        return LLVMConstNull(type);
    }
}

/* The neutral element for each item. */
static LLVMValueRef neutrals(const struct vgpu_cc_lanes *lanes,
                             const struct combination *combination, LLVMValueRef vector)
{
    LLVMValueRef elements[64];

    for (unsigned i = 0; i < lanes->width; i++)
        elements[i] = neutral(combination, LLVMGetElementType(LLVMTypeOf(vector)));
    return LLVMConstVector(elements, lanes->width);
}

static LLVMValueRef combine(const struct vgpu_cc_lanes *lanes,
                            const struct combination *combination, LLVMValueRef a,
                            LLVMValueRef b)
{
    LLVMValueRef args[] = {a, b};

    return combination->intrinsic
               ? call(lanes, combination->intrinsic, args, 2)
               : LLVMBuildBinOp(lanes->at, combination->opcode, a, b, "");
}

static LLVMValueRef those_there(const struct vgpu_cc_lanes *lanes,
                                const struct combination *combination,
                                LLVMValueRef vector)
{
    return lanes->mask ? LLVMBuildSelect(lanes->at, lanes->mask, vector,
                                         neutrals(lanes, combination, vector), "")
                       : vector;
}

/* Element i is that of i + by; of the last ones it does not matter. */
static LLVMValueRef move_down(const struct vgpu_cc_lanes *lanes, LLVMValueRef vector,
                              unsigned by)
{
    LLVMValueRef indices[64];

    for (unsigned i = 0; i < lanes->width; i++)
        indices[i] =
            i + by < lanes->width ? i32(lanes, i + by) : LLVMGetUndef(lanes->module->i32);
    return LLVMBuildShuffleVector(lanes->at, vector, LLVMGetPoison(LLVMTypeOf(vector)),
                                  LLVMConstVector(indices, lanes->width), "");
}

/* Element i is that of i - by, and the first ones are `first`'s. */
static LLVMValueRef move_up(const struct vgpu_cc_lanes *lanes, LLVMValueRef vector,
                            LLVMValueRef first, unsigned by)
{
    LLVMValueRef indices[64];

    for (unsigned i = 0; i < lanes->width; i++)
        indices[i] = i32(lanes, i < by ? lanes->width + i : i - by);
    return LLVMBuildShuffleVector(lanes->at, vector, first,
                                  LLVMConstVector(indices, lanes->width), "");
}

LLVMValueRef vgpu_cc_lanes_reduce(const struct vgpu_cc_lanes *lanes,
                                  enum vgpu_cc_combination combination,
                                  LLVMValueRef vector)
{
    const struct combination *const how = &combinations[combination];

    vector = those_there(lanes, how, vector);
    if (how->reduce)
        return call(lanes, how->reduce, &vector, 1);
    for (unsigned by = lanes->width / 2; by > 0; by /= 2)
        vector = combine(lanes, how, vector, move_down(lanes, vector, by));
    return LLVMBuildExtractElement(lanes->at, vector, i32(lanes, 0), "");
}

LLVMValueRef vgpu_cc_lanes_scan(const struct vgpu_cc_lanes *lanes,
                                enum vgpu_cc_combination combination, bool is_inclusive,
                                LLVMValueRef vector)
{
    const struct combination *const how = &combinations[combination];
    LLVMValueRef nothing = neutrals(lanes, how, vector);

    vector = those_there(lanes, how, vector);
    if (!is_inclusive)
        vector = move_up(lanes, vector, nothing, 1);
    for (unsigned by = 1; by < lanes->width; by *= 2)
        vector = combine(lanes, how, move_up(lanes, vector, nothing, by), vector);
    return vector;
}

LLVMValueRef vgpu_cc_lanes_ballot(const struct vgpu_cc_lanes *lanes, LLVMValueRef vector)
{
    LLVMTypeRef bits = LLVMIntTypeInContext(lanes->module->context, lanes->width);

    if (lanes->mask)
        vector = LLVMBuildSelect(lanes->at, lanes->mask, vector,
                                 LLVMConstNull(LLVMTypeOf(vector)), "");
    return LLVMBuildIntCast2(lanes->at, LLVMBuildBitCast(lanes->at, vector, bits, ""),
                             lanes->module->i32, 0, "");
}

LLVMValueRef vgpu_cc_lanes_pick(const struct vgpu_cc_lanes *lanes, LLVMValueRef vector,
                                LLVMValueRef number)
{
    number = LLVMBuildAnd(lanes->at, LLVMBuildFreeze(lanes->at, number, ""),
                          i32(lanes, lanes->width - 1), "");
    return LLVMBuildFreeze(lanes->at,
                           LLVMBuildExtractElement(lanes->at, vector, number, ""), "");
}
